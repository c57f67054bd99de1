import { randomBytes } from "node:crypto";
import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import { readArchive } from "../archive/read-archive.ts";
import { requireSafePath } from "./inspect-archive.ts";

/**
 * Unpacks an archive into `<directory>/<name of the package>`, which must not exist. The files are written to a temporary directory, which
 * is renamed at the end. Returns the path.
 * @throws InputError if it exists or cannot be written; ArchiveError for an archive of another format.
 */
export async function extractRelease(archive: string, directory: string): Promise<string> {
  const root = basename(archive).replace(/\.(?:tar\.gz|zip)$/, "");
  const target = join(directory, root);
  const temporary = `${target}.${randomBytes(4).toString("hex")}.new`;
  const seen = new Set<string>();
  try {
    mkdirSync(temporary, { recursive: true });
    await readArchive(archive, (file) => {
      const path = join(temporary, requireSafePath(file.path, root, seen));
      mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, "wx");
      return {
        write: (bytes) => {
          for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
        },
        end: () => {
          fchmodSync(descriptor, file.mode);
          closeSync(descriptor);
        },
      };
    });
    renameOnto(temporary, target);
    return target;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A rename replaces an empty directory, and nothing else. */
function renameOnto(temporary: string, target: string): void {
  try {
    renameSync(temporary, target);
  } catch (error) {
    throw new InputError("The archive was not unpacked:", [
      {
        subject: "--extract",
        value: target,
        rule: `exists or cannot be written (${errorCode(error) ?? String(error)})`,
        remedy: "Name another directory, or remove the old one.",
      },
    ]);
  }
}
