import { join } from "node:path";
import { basename, dirname, extname } from "node:path/posix";
import type { Problem } from "../../../components/shared/errors.ts";
import { type ByteSource, withFile } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { Executable } from "../executables/executable.ts";
import { createCheck, type ExportCheck, type ExportedPack } from "../export-report.ts";
import { locateEmbeddedPack, locateStandalonePack } from "../pack/locate-pack.ts";
import type { Pack, PackEntry } from "../pack/pack.ts";
import { readPack } from "../pack/read-pack.ts";
import { type DigestResult, verifyDigests } from "../pack/verify-digests.ts";
import type { ServerFile } from "./executable-checks.ts";
import { ContentCollector, type PackContents } from "./pack-contents.ts";
import { MAX_SCANNED_BYTES } from "./scan-secrets.ts";

interface PackedServer extends ServerFile {
  readonly source: ByteSource;
  readonly executable: Executable;
}

interface PackOptions {
  readonly key?: Buffer | undefined;
}

export interface PackResult {
  readonly summary: ExportedPack | undefined;
  /** Undefined if there is no readable pack. */
  readonly contents: PackContents | undefined;
  readonly checks: readonly ExportCheck[];
}

const TITLE = "The server has one complete pack with a valid directory";
const REMEDY = "Export the project again; compare the checksum after copying.";

/** Checks the pack of a server: its location, its directory, and the digest of every file in it. */
export function checkPack(server: PackedServer, options: PackOptions): PackResult {
  const { path, source, executable, directory } = server;
  const failed = (subject: string, rule: string, remedy = REMEDY): PackResult => ({
    summary: undefined,
    contents: undefined,
    checks: [createCheck("pack", TITLE, path, { problems: [{ subject, rule, remedy }] })],
  });
  let subject = path;
  try {
    const embedded = locateEmbeddedPack(source, executable);
    const beside = findPackFile(server);
    if (embedded !== undefined && beside !== undefined) {
      return failed(
        beside,
        "is next to an executable with an embedded pack, which the engine ignores or mixes",
        "Remove it, or export without embedding.",
      );
    }
    if (embedded !== undefined)
      return checkOpenPack(path, path, source, readPack(source, embedded, options.key), options);
    if (beside === undefined) {
      return failed(
        path,
        "has neither a .pck file of the same name nor an embedded pack",
        "Export the project again, and keep the .pck with the executable.",
      );
    }
    subject = beside;
    return withFile(join(directory, beside), (file) =>
      checkOpenPack(path, beside, file, readPack(file, locateStandalonePack(file), options.key), options),
    );
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    return failed(error.part === undefined ? subject : `${error.part} in ${subject}`, error.rule);
  }
}

/** Godot searches `<name without extension>.pck`, then `<name>.pck`, next to the executable. */
export function packCandidates(path: string): string[] {
  const folder = dirname(path);
  return [basename(path, extname(path)), basename(path)].map((name) =>
    folder === "." ? `${name}.pck` : `${folder}/${name}.pck`,
  );
}

function findPackFile({ path, files }: ServerFile): string | undefined {
  return packCandidates(path).find((candidate) =>
    files.some((file) => file.kind === "pack" && file.path === candidate),
  );
}

function checkOpenPack(
  exported: string,
  file: string,
  source: ByteSource,
  pack: Pack,
  options: PackOptions,
): PackResult {
  const { formatVersion, engine, count, location, directory } = pack;
  const embedded = location.kind !== "standalone";
  const summary: ExportedPack = {
    file,
    embedded,
    formatVersion,
    engine,
    bytes: location.end - location.start,
    files: count,
    encryption: encryptionOf(pack),
  };
  const detail = `format ${formatVersion} of Godot ${engine}, ${count} files, ${embedded ? `embedded (${location.kind})` : file}`;
  if (directory.kind === "locked") {
    const locked = lockedProblem(file, "has an encrypted directory, and no key was given");
    return {
      summary,
      contents: undefined,
      checks: [createCheck("pack", TITLE, exported, { status: "unproven", detail, problems: [locked] })],
    };
  }
  const { check, contents } = checkDigests(exported, source, directory.entries, options);
  return { summary, contents, checks: [createCheck("pack", TITLE, exported, { detail }), check] };
}

function encryptionOf({ directory }: Pack): ExportedPack["encryption"] {
  if (directory.kind === "locked" || directory.encrypted) return "directory";
  return directory.entries.some(({ encrypted }) => encrypted) ? "files" : "none";
}

function checkDigests(
  exported: string,
  source: ByteSource,
  entries: readonly PackEntry[],
  { key }: PackOptions,
): { readonly check: ExportCheck; readonly contents: PackContents } {
  const problems: Problem[] = [];
  const collector = new ContentCollector(entries);
  let bytes = 0;
  let locked = 0;
  verifyDigests(
    source,
    entries,
    (entry, result) => {
      bytes += entry.size;
      if (result.kind === "locked") locked += 1;
      const rule = digestProblem(result, entry);
      if (rule !== undefined) problems.push({ subject: `res://${entry.path}`, rule, remedy: REMEDY });
    },
    { key, maxContentBytes: MAX_SCANNED_BYTES, onContent: (entry, content) => collector.add(entry, content) },
  );
  const contents = collector.finish(source, key, locked > 0);
  const detail = `${entries.length - locked} of ${entries.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
  const title = "The content of every file matches its digest";
  const outcome =
    problems.length > 0 || locked === 0
      ? { detail, problems }
      : {
          status: "unproven" as const,
          detail,
          problems: [lockedProblem(`${locked} files`, "are encrypted, and no key was given")],
        };
  return { check: createCheck("digests", title, exported, outcome), contents };
}

function lockedProblem(subject: string, rule: string): Problem {
  return { subject, rule, remedy: "Name a file with the key in SPACETIME_VR_PACK_KEY_FILE." };
}

/** Returns the violated rule of an entry; undefined if its content is correct or cannot be read without the key. */
function digestProblem(result: DigestResult, { md5 }: PackEntry): string | undefined {
  switch (result.kind) {
    case "match":
    case "locked":
      return undefined;
    case "mismatch":
      return `is damaged: its MD5 is ${result.actual}, and the directory says ${md5}`;
    case "truncated":
      return "is truncated: the file became shorter while it was read";
    case "no-digest":
      return "has no digest in the directory, so its content cannot be verified";
    case "wrong-key":
      return "cannot be decrypted: the key is not that of the export, or the data is damaged";
    case "header-mismatch":
      return "has an encryption header with another size or digest than the directory";
    default: {
      const exhaustive: never = result;
      return exhaustive;
    }
  }
}
