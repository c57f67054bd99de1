import { type ArchivedFile, type ContentSink, DEFAULT_LIMITS, type ReadLimits } from "./archive-format.ts";
import { readTarGz } from "./read-tar-gz.ts";
import { readZip } from "./read-zip.ts";

/**
 * Reads an archive of a package and passes each file to `open`, in order. Only the format that `ArchiveWriter` writes is accepted, so
 * that an archive has one meaning for every program: no links, no directories, no second header, no bytes between entries or after the
 * end. Nothing is written, and memory use does not depend on the archive.
 * @throws ArchiveError
 */
export async function readArchive(
  path: string,
  open: (file: ArchivedFile) => ContentSink,
  limits: ReadLimits = DEFAULT_LIMITS,
): Promise<void> {
  if (path.endsWith(".zip")) await readZip(path, open, limits);
  else await readTarGz(path, open, limits);
}
