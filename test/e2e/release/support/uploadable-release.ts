import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createKeyPair, ROOT, writeSampleRelease } from "../../../release/support/sample-release.ts";

/** A signed release on this machine. */
export interface UploadableRelease {
  readonly directory: string;
  readonly archive: string;
  readonly keyFile: string;
}

/** Writes a valid release whose archives have at least this many bytes, which cannot be compressed further. */
export async function writeUploadableRelease(
  scratch: string,
  name: string,
  archiveBytes = 0,
): Promise<UploadableRelease> {
  const { privateKey, publicKeyFile } = await createKeyPair(scratch, `${name}-publisher`);
  const directory = join(scratch, name);
  await writeSampleRelease(directory, privateKey, {
    files: (files) => files.set("docs/noise.md", randomBytes(archiveBytes).toString("hex")),
  });
  return { directory, archive: join(directory, `${ROOT}.tar.gz`), keyFile: publicKeyFile };
}
