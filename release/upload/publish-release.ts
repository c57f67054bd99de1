import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { hashFile } from "../../components/shared/hash-file.ts";
import { OperationError } from "../../operations/errors.ts";
import { parseChecksums } from "../package/checksums.ts";
import { CHECKSUMS_FILE } from "../package/package-layout.ts";
import { verifyRelease } from "../verification/verify-release.ts";
import type { ReleaseFile, ReleaseStore } from "./release-store.ts";

export interface PublishOptions {
  readonly archive: string;
  /** The publisher's public key: what a receiver will verify the release with. */
  readonly keyFile: string;
  readonly openStore: (release: ReleaseIdentity) => ReleaseStore;
  readonly progress: (activity: string) => void;
}

/** What a store needs to know about a release. */
export interface ReleaseIdentity {
  /** `spacetime-vr-v2.5.0` */
  readonly name: string;
  readonly version: string;
  readonly commit: string;
}

export interface PublishedRelease extends ReleaseIdentity {
  readonly location: string;
  /** `unchanged`: the same release was published before. */
  readonly status: "published" | "unchanged";
  readonly files: readonly Pick<ReleaseFile, "name" | "size" | "sha256">[];
}

/**
 * Publishes a release that passes every check of `release verify`. Running it again after an interruption completes it.
 * @throws OperationError for an invalid release, and if another release of this version is published.
 */
export async function publishRelease(options: PublishOptions): Promise<PublishedRelease> {
  const { archive, keyFile, openStore, progress } = options;
  progress("verifying the release");
  const release = await requireValid(archive, keyFile);
  const directory = dirname(resolve(archive));
  const checksums = readFileSync(join(directory, CHECKSUMS_FILE), "utf8");
  const files = await listFiles(directory, checksums);
  const store = openStore(release);
  progress(`asking ${store.location}`);
  const published = await store.readPublished();
  const result = { ...release, location: store.location, files: files.map(summarise) };
  if (published === checksums) return { ...result, status: "unchanged" };
  if (published !== undefined) throw conflictError(store.location, release);
  for (const [index, file] of files.entries()) {
    await store.upload(file, (bytes) => {
      const percent = file.size === 0 ? 100 : Math.floor((bytes / file.size) * 100);
      progress(`uploading ${index + 1} of ${files.length}: ${file.name} ${percent} %`);
    });
  }
  progress("publishing");
  await store.publish(files);
  return { ...result, status: "published" };
}

function summarise({ name, size, sha256 }: ReleaseFile) {
  return { name, size, sha256 };
}

async function requireValid(archive: string, keyFile: string): Promise<ReleaseIdentity> {
  const { verdict, checks, version, commit } = await verifyRelease(archive, keyFile);
  if (verdict !== "valid" || version === undefined || commit === undefined) {
    const problems = checks.flatMap((check) => check.problems);
    throw new OperationError(1, problems, "The release is not valid, so it is not published:");
  }
  return { name: `spacetime-vr-v${version}`, version, commit };
}

/** The files of the signed checksums, the signature, and the checksums themselves, which a receiver reads first, as the last ones. */
async function listFiles(directory: string, checksums: string): Promise<ReleaseFile[]> {
  const signed = (parseChecksums(checksums) ?? []).map(({ path, sha256 }) => ({ name: path, sha256 }));
  const names = [`${CHECKSUMS_FILE}.asc`, CHECKSUMS_FILE];
  const others = await Promise.all(
    names.map(async (name) => ({ name, sha256: await hashFile(join(directory, name)) })),
  );
  return [...signed, ...others].map(({ name, sha256 }) => {
    const path = join(directory, basename(name));
    return { name, path, size: statSync(path).size, sha256 };
  });
}

function conflictError(location: string, { version }: ReleaseIdentity): OperationError {
  return new OperationError(1, {
    subject: location,
    rule: `already has another release ${version}, and a published release is never replaced`,
    remedy: "Build it with the next version.",
  });
}
