import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Problem } from "../../../components/shared/errors.ts";
import { withFile } from "../byte-source.ts";
import { createCheck, type ExportCheck } from "../export-report.ts";
import { CHECKSUMS_FILE, type ExportFile } from "../list-export-files.ts";

const TITLE = "Every file has the recorded SHA-256";

/** The format of sha256sum: digest, two characters, path. */
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;

/** Compares the files with the checksums that `release export` wrote next to them. */
export function checkChecksums(
  directory: string,
  files: readonly ExportFile[],
  text: string | undefined,
): ExportCheck {
  if (text === undefined) {
    return createCheck("checksums", TITLE, undefined, { status: "skipped", detail: `no ${CHECKSUMS_FILE}` });
  }
  const { recorded, problems } = parseChecksums(text);
  const present = files.map(({ path }) => path).filter((path) => path !== CHECKSUMS_FILE);
  for (const path of present) {
    const digest = recorded.get(path);
    const rule =
      digest === undefined
        ? `is not in ${CHECKSUMS_FILE}`
        : sha256(join(directory, path)) === digest
          ? undefined
          : `differs from its SHA-256 in ${CHECKSUMS_FILE}`;
    if (rule !== undefined) problems.push({ subject: path, rule, remedy: "Export or copy it again." });
  }
  for (const path of [...recorded.keys()].filter((name) => !present.includes(name))) {
    problems.push({ subject: path, rule: `is in ${CHECKSUMS_FILE}, but missing`, remedy: "Copy it again." });
  }
  return createCheck("checksums", TITLE, undefined, { detail: `${recorded.size} files`, problems });
}

function parseChecksums(text: string): {
  readonly recorded: Map<string, string>;
  readonly problems: Problem[];
} {
  const problems: Problem[] = [];
  const recorded = new Map<string, string>();
  for (const line of text.split("\n").filter((part) => part.trim() !== "")) {
    const [, digest, path] = LINE.exec(line.trimEnd()) ?? [];
    if (digest !== undefined && path !== undefined) recorded.set(path, digest);
    else {
      const rule = "has a line that is not a checksum";
      problems.push({ subject: CHECKSUMS_FILE, value: line, rule, remedy: "Export again." });
    }
  }
  return { recorded, problems };
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file, with a constant amount of memory. */
export function sha256(path: string): string {
  return withFile(path, (source) => {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let position = 0; position < source.size; position += CHUNK_BYTES) {
      hash.update(buffer.subarray(0, source.read(buffer, position)));
    }
    return hash.digest("hex");
  });
}
