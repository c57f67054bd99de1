import { items, sections } from "../../checklist/items/index.ts";
import type { ChecklistItem } from "../../checklist/types.ts";

/** The deployment checklist as a Markdown page with boxes to tick. */
export function renderChecklistDocument(version: string): string {
  const parts = sections.map(({ id, title, timing }) => {
    const rows = items.filter(({ section }) => section === id).map(itemLine);
    return `## ${title}\n\n${timing.replaceAll("-", " ")}\n\n${rows.join("\n")}\n`;
  });
  return `# Deployment checklist: SpaceTime VR ${version}

${items.length} items in ${sections.length} sections. The identifier of an item is stable between releases.

${parts.join("\n")}`;
}

function itemLine({ id, title, priority, method, owner, docs, choices, records }: ChecklistItem): string {
  const page = docs === undefined ? "" : ` ([guide](${docs}))`;
  const choice = choices === undefined ? "" : ` Choose: ${choices.join(" / ")}.`;
  const record = records === undefined ? "" : ` Record: ${records} ____________`;
  return `- [ ] **${title}**${page}${choice}${record}  \n  \`${id}\`, ${priority}, ${method}, ${owner.replaceAll("-", " ")}`;
}
