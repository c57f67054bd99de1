import { existsSync, readFileSync } from "node:fs";

/** GitHub's anchor for a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of a Markdown file, as GitHub numbers repeated headings; code blocks have none. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const found = new Set<string>();
  const text = markdown.replace(/^```[\s\S]*?^```/gm, "");
  for (const [, heading = ""] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = anchorOf(heading);
    let name = anchor;
    for (let count = 1; found.has(name); count++) name = `${anchor}-${count}`;
    found.add(name);
  }
  return found;
}

const anchorsByPage = new Map<string, ReadonlySet<string>>();

/** Whether a link such as `docs/rollback.md#the-target` leads to an existing heading. */
export function hasHeading(link: string): boolean {
  const [page = "", anchor = ""] = link.split("#");
  if (!existsSync(page)) return false;
  const anchors = anchorsByPage.get(page) ?? anchorsOf(readFileSync(page, "utf8"));
  anchorsByPage.set(page, anchors);
  return anchors.has(anchor);
}
