import { diffArrays } from "diff";

/** A removed or an added line. */
interface LineChange {
  readonly sign: "-" | "+";
  readonly line: string;
}

/** With more edits, all lines are shown as replaced; a line-by-line diff would be slow and unreadable. */
const MAX_EDIT_LENGTH = 2_000;

/** The removed and added lines between two texts, in order. */
export function diffLines(before: string, after: string): LineChange[] {
  const removed = before.split("\n");
  const added = after.split("\n");
  const parts = diffArrays(removed, added, { maxEditLength: MAX_EDIT_LENGTH });
  if (parts === undefined) return [...toChanges("-", removed), ...toChanges("+", added)];
  return parts.flatMap((part) => {
    if (part.removed) return toChanges("-", part.value);
    return part.added ? toChanges("+", part.value) : [];
  });
}

function toChanges(sign: LineChange["sign"], lines: readonly string[]): LineChange[] {
  return lines.map((line) => ({ sign, line }));
}
