import { diffArrays } from "diff";

/** A line that only one of two texts has. */
export interface LineChange {
  readonly sign: "-" | "+";
  readonly line: string;
}

/** Beyond this many edits the texts are shown as replaced: no reviewer reads such a difference line by line. */
const MAX_EDIT_LENGTH = 2_000;

/** The lines to remove from one text and to add for the other, in order. */
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
