import { statSync } from "node:fs";
import type { ArchiveEntry } from "../archive/archive-entry.ts";
import { imageError, readImageDigest } from "../image/read-oci-archive.ts";

/** Where a package has the image of the game server, for sites that cannot pull it. */
export const IMAGE_FILE = "binaries/spacetime-server.oci.tar";

/**
 * The entry of an image for a package.
 * @param reference the image of the stack file, with its digest.
 * @throws InputError if the archive has another image.
 */
export function imageEntry(path: string, reference: string): ArchiveEntry {
  const digest = readImageDigest(path);
  const [, expected = ""] = reference.split("@");
  if (digest !== expected) {
    const remedy = `Set gameServer.image in Pulumi.package.yaml to <registry>/<name>@${digest}.`;
    throw imageError(path, `has the digest ${digest}, and gameServer.image names ${expected}`, remedy);
  }
  return { path: IMAGE_FILE, mode: 0o644, content: { file: path, size: statSync(path).size } };
}
