import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pageAnchors } from "../../checklist/static-checks/documentation.ts";
import { compareCodeUnits } from "../../plan/format.ts";

/** Where the contract of the game server is in the repository, and in the package. */
const CONTRACT = "reference-server/contract";
const API_DOCS = "docs/api";

/** Contract files that a client can read. */
const CONTRACT_EXTENSION = /\.(?:yaml|json|md)$/;

/**
 * The documentation of the package by path: `docs/` and the contract of the game server. Links to files that are not in the package
 * become plain text.
 */
export function documentationFiles(root: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const path of listFiles(root, "docs")) files.set(path, readFileSync(join(root, path)));
  for (const path of listFiles(root, CONTRACT)) {
    if (!CONTRACT_EXTENSION.test(path)) continue;
    files.set(`${API_DOCS}/${path.slice(CONTRACT.length + 1)}`, readFileSync(join(root, path)));
  }
  const present = new Set(files.keys());
  for (const [path, content] of files) {
    if (path.endsWith(".md"))
      files.set(path, Buffer.from(adaptLinks(path, content.toString("utf8"), present)));
  }
  return files;
}

/** A link or picture in Markdown: label, and target without title. */
const LINK = /(!?)\[([^\]\n]*)\]\(([^)\s]+)\)/g;

function adaptLinks(path: string, text: string, present: ReadonlySet<string>): string {
  return text.replaceAll(LINK, (whole, _picture: string, label: string, target: string) => {
    if (isExternal(target)) return whole;
    const [file = "", fragment] = target.split("#");
    const resolved = resolveLink(path, file);
    if (isPresent(resolved, present)) return whole;
    const source = resolved.startsWith("docs/api/") ? resolved.replace(API_DOCS, CONTRACT) : resolved;
    const moved = source.replace(CONTRACT, API_DOCS);
    if (!isPresent(moved, present)) return label;
    const relative = posix.relative(posix.dirname(path), moved);
    return `[${label}](${relative}${fragment === undefined ? "" : `#${fragment}`})`;
  });
}

/** Whether a link target is an address or within its page. */
function isExternal(target: string): boolean {
  return /^(?:[a-z]+:|#|\/\/)/i.test(target);
}

function resolveLink(page: string, target: string): string {
  return posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(target))).replace(/\/$/, "");
}

function isPresent(path: string, present: ReadonlySet<string>): boolean {
  return present.has(path) || [...present].some((file) => file.startsWith(`${path}/`));
}

/** A link to a file or heading that does not exist. */
export interface BrokenLink {
  readonly page: string;
  readonly target: string;
}

/** The links within the package that lead nowhere: missing files, and missing headings of Markdown files. */
export function findBrokenLinks(
  pages: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
): BrokenLink[] {
  const headings = new Map([...pages].map(([page, text]) => [page, pageAnchors(text)]));
  const present = new Set([...files, ...pages.keys()]);
  return [...pages].flatMap(([page, text]) =>
    [...withoutCode(text).matchAll(LINK)].flatMap(([, , , target = ""]) => {
      if (/^[a-z]+:|^\/\//i.test(target)) return [];
      const [file = "", fragment] = target.split("#");
      const resolved = file === "" ? page : resolveLink(page, file);
      const anchors = headings.get(resolved);
      const isBroken =
        !isPresent(resolved, present) ||
        (fragment !== undefined && anchors !== undefined && !anchors.has(fragment));
      return isBroken ? [{ page, target }] : [];
    }),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

/** All files below a directory of `root`, sorted, relative to `root`, with `/` as the separator. */
export function listFiles(root: string, directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(root, path);
      return entry.isFile() ? [path] : [];
    })
    .toSorted(compareCodeUnits);
}
