import { join } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { parseS3Location } from "../../operations/pulumi/state/backend.ts";
import type { S3Location } from "../../operations/pulumi/state/s3-record-store.ts";
import { createOciStore, type OciLocation } from "./oci-store.ts";
import type { ReleaseIdentity } from "./publish-release.ts";
import type { ReleaseStore } from "./release-store.ts";
import { createS3Store } from "./s3-store.ts";

/** Where a release is published. */
export type StoreLocation = ({ readonly kind: "s3" } & S3Location) | ({ readonly kind: "oci" } & OciLocation);

/** The name of a repository (OCI Distribution Specification, "Pulling manifests"). */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Parses `s3://BUCKET/PREFIX` and `oci://HOST/REPOSITORY`.
 * @throws InputError
 */
export function parseStoreLocation(url: string): StoreLocation {
  const parsed = URL.parse(url);
  const hasUser = parsed !== null && (parsed.username !== "" || parsed.password !== "");
  if (parsed?.protocol === "s3:" && !hasUser && BUCKET.test(parsed.hostname))
    return { kind: "s3", ...parseS3Location(parsed) };
  const repository = parsed?.pathname.slice(1) ?? "";
  const isPlain = parsed?.search === "" && parsed.hash === "" && !hasUser;
  if (parsed?.protocol === "oci:" && isPlain && parsed.host !== "" && REPOSITORY.test(repository))
    return { kind: "oci", host: parsed.host, repository };
  throw new InputError("The release cannot be uploaded:", [
    {
      subject: "--to",
      value: url.replace(/\/\/[^/@]+@/, "//"),
      rule: "must be s3://BUCKET/PREFIX or oci://HOST/REPOSITORY, without credentials; the version is added",
      remedy: "Credentials are those of the AWS CLI, and of docker, podman or skopeo login.",
    },
  ]);
}

interface StoreContext {
  readonly env: NodeJS.ProcessEnv;
  /** The directory with the state of this program. */
  readonly directory: string;
}

/** Opens the store of a release. */
export function openStore(
  location: StoreLocation,
  release: ReleaseIdentity,
  { env, directory }: StoreContext,
): ReleaseStore {
  switch (location.kind) {
    case "s3":
      return createS3Store({ location, name: release.name, env });
    case "oci":
      return createOciStore({ location, release, env, stateDirectory: join(directory, ".spacetime-vr") });
    default:
      return location satisfies never;
  }
}
