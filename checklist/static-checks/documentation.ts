import { posix } from "node:path";

/** A link of a Markdown page to a file or a heading of the repository. */
interface Link {
  readonly page: string;
  readonly target: string;
}

const CODE_BLOCK = /^```[\s\S]*?^```/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const HEADING = /^#{1,6}\s+(.+?)\s*#*$/gm;

/** GitHub's anchor of a heading: lower-case letters, with hyphens for spaces and without punctuation. */
export function headingAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of a page; a repeated heading has a numbered one. */
export function pageAnchors(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of markdown.replaceAll(CODE_BLOCK, "").matchAll(HEADING)) {
    const anchor = headingAnchor(title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The number of links between files of the repository, and those whose file or heading does not exist. */
export function findBrokenLinks(
  documents: ReadonlyMap<string, string>,
  tracked: readonly string[],
): { readonly links: number; readonly broken: readonly string[] } {
  const files = new Set(tracked);
  const folders = new Set(tracked.flatMap(parentFolders));
  const links = [...documents].flatMap(([page, text]) => linksOf(page, text));
  const broken = links.filter((link) => !hasTarget(link, documents, files, folders));
  return { links: links.length, broken: broken.map(({ page, target }) => `${page}: ${target}`) };
}

function parentFolders(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function linksOf(page: string, text: string): Link[] {
  return [
    ...text
      .replaceAll(CODE_BLOCK, "")
      .replaceAll(/`[^`\n]*`/g, "")
      .matchAll(LINK),
  ]
    .map(([, target = ""]) => ({ page, target }))
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The pages of the release package, in which docs/ has the same place as in the repository. */
const PACKAGE_TEMPLATE = "release/template/";

function hasTarget(
  { page, target }: Link,
  documents: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): boolean {
  const inPackage = page.startsWith(PACKAGE_TEMPLATE) ? page.slice(PACKAGE_TEMPLATE.length) : undefined;
  if (inPackage !== undefined && hasTarget({ page: inPackage, target }, documents, files, folders))
    return true;
  const [path = "", anchor] = decodeURI(target).split("#", 2);
  const file = path === "" ? page : posix.join(posix.dirname(page), path).replace(/\/$/, "");
  if (!files.has(file) && !folders.has(file)) return false;
  if (anchor === undefined) return true;
  const text = documents.get(file);
  return text !== undefined && pageAnchors(text).has(anchor);
}
