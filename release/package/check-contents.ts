import type { Problem } from "../../components/shared/errors.ts";
import { type ArchiveEntry, findPathProblem } from "../archive/archive-entry.ts";
import { findBrokenLinks } from "./docs-entries.ts";
import { CHECKSUMS_FILE, findMissingPaths, MANIFEST_FILE, SBOM_FILE } from "./package-layout.ts";

/** Files that belong to a working directory. */
const STRAY_FILE =
  /(?:^|\/)(?:\.git|\.DS_Store|Thumbs\.db|node_modules|[^/]*\.(?:log|tmp|swp|bak|orig))(?:\/|$)/;

/** Keys, certificates' keys and filled-in environments, by name; their content may be in a format that no rule knows. */
const SECRET_FILE = /(?:^|\/)(?:\.env(?:\..+)?|id_(?:rsa|ecdsa|ed25519)|[^/]*\.(?:key|p12|pfx|jks|kdbx))$/;

/** What is wrong with the structure of a package: missing, stray and duplicate files, invalid names, broken links. */
export function checkContents(entries: readonly ArchiveEntry[]): Problem[] {
  const paths = [...entries.map(({ path }) => path), SBOM_FILE, MANIFEST_FILE, CHECKSUMS_FILE];
  return [...missingPathProblems(paths), ...pathProblems(paths), ...linkProblems(entries)];
}

function missingPathProblems(paths: readonly string[]): Problem[] {
  return findMissingPaths(paths).map((path) => ({
    subject: path,
    rule: path.endsWith("/") ? "must contain a file" : "is missing from the package",
    remedy: "Add it to release/template, or to what release/package/package-contents.ts collects.",
  }));
}

function pathProblems(paths: readonly string[]): Problem[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const rule = pathRule(path, seen);
    seen.add(path.toLowerCase());
    return rule === undefined ? [] : [{ subject: path, rule, remedy: "Rename or remove the file." }];
  });
}

function pathRule(path: string, seen: ReadonlySet<string>): string | undefined {
  const problem = findPathProblem(path);
  if (problem !== undefined) return problem;
  // File systems of Windows and macOS ignore case.
  if (seen.has(path.toLowerCase())) return "exists twice, if case is ignored";
  if (STRAY_FILE.test(path)) return "belongs to a working directory, not to a package";
  return SECRET_FILE.test(path) && !path.endsWith(".template")
    ? "is named like a file with secrets"
    : undefined;
}

function linkProblems(entries: readonly ArchiveEntry[]): Problem[] {
  const pages = new Map(
    entries.flatMap(({ path, content }) =>
      path.endsWith(".md") && Buffer.isBuffer(content) ? [[path, content.toString("utf8")] as const] : [],
    ),
  );
  const files = new Set([...entries.map(({ path }) => path), SBOM_FILE, MANIFEST_FILE, CHECKSUMS_FILE]);
  return findBrokenLinks(pages, files).map(({ page, target }) => ({
    subject: page,
    value: target,
    rule: "is a link to a file or heading that is not in the package",
    remedy: "Correct the link in docs/.",
  }));
}
