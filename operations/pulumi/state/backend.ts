import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../../components/shared/errors.ts";
import { createFileRecordStore } from "./file-record-store.ts";
import type { RecordStore } from "./record-store.ts";
import { createS3RecordStore, type S3Location } from "./s3-record-store.ts";

/** The location of the state. */
export type Backend =
  | { readonly kind: "file"; readonly directory: string }
  | ({ readonly kind: "s3" } & S3Location);

/** Next to Pulumi's own directory `.pulumi`. */
const RECORDS_DIRECTORY = ".spacetime-vr";

/**
 * Parses a backend URL as Pulumi does.
 * @throws InputError for a kind of backend that is not supported.
 */
export function parseBackend(url: string, directory: string): Backend {
  if (url.startsWith("file://")) {
    const path = parseFileBackendPath(url, directory);
    if (path !== undefined) return { kind: "file", directory: path };
  }
  if (url.startsWith("s3://")) {
    const parsed = URL.parse(url);
    if (parsed !== null && parsed.hostname !== "") return { kind: "s3", ...parseS3Location(parsed) };
  }
  throw new InputError("The backend cannot be used:", [
    {
      subject: "PULUMI_BACKEND_URL",
      value: url.replace(/\/\/[^/@]+@/, "//"),
      rule: "must be s3://BUCKET/ENVIRONMENT or file:///DIRECTORY: the ledger of verified updates is stored next to the state",
      remedy: "docs/backends.md explains both.",
    },
  ]);
}

/** Creates the record store next to a state. */
export function createRecordStore(backend: Backend, environment: NodeJS.ProcessEnv): RecordStore {
  switch (backend.kind) {
    case "file":
      return createFileRecordStore(join(backend.directory, RECORDS_DIRECTORY));
    case "s3":
      return createS3RecordStore(
        { ...backend, prefix: `${backend.prefix}${RECORDS_DIRECTORY}/` },
        environment,
      );
    default:
      return backend satisfies never;
  }
}

/**
 * Parses `file://~`, `file://./state` and `file:///srv/state`; options such as `?no_tmp_dir=true` are not part of the
 * path. Returns undefined if there is no path.
 */
function parseFileBackendPath(url: string, directory: string): string | undefined {
  const path = url.slice("file://".length).split("?")[0] ?? "";
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  if (!path.startsWith("/")) return resolve(directory, path);
  try {
    return fileURLToPath(`file://${path}`);
  } catch {
    // The path contains a single percent sign or an encoded slash.
    return undefined;
  }
}

/** The bucket, prefix and options of an `s3://` URL. */
export function parseS3Location(parsed: URL): S3Location {
  const path = parsed.pathname.replace(/^\/+|\/+$/g, "");
  const option = (name: string, ...parameters: readonly string[]): string[] => {
    const value = parameters
      .map((parameter) => parsed.searchParams.get(parameter))
      .find((found) => found !== null);
    return value === undefined || value === null ? [] : [name, value];
  };
  const endpoint = option("--endpoint-url", "endpoint");
  return {
    bucket: parsed.hostname,
    prefix: path === "" ? "" : `${path}/`,
    options: [
      ...option("--region", "region"),
      ...option("--profile", "profile"),
      ...endpoint.map((value) =>
        value.startsWith("--") || value.includes("://") ? value : `https://${value}`,
      ),
    ],
  };
}
