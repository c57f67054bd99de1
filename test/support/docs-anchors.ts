import { existsSync, readFileSync } from "node:fs";
import { pageAnchors } from "../../checklist/static-checks/documentation.ts";

const anchorsByPage = new Map<string, ReadonlySet<string>>();

/** Whether a link such as `docs/rollback.md#the-target` leads to an existing heading. */
export function hasHeading(link: string): boolean {
  const [page = "", anchor = ""] = link.split("#");
  if (!existsSync(page)) return false;
  const anchors = anchorsByPage.get(page) ?? pageAnchors(readFileSync(page, "utf8"));
  anchorsByPage.set(page, anchors);
  return anchors.has(anchor);
}
