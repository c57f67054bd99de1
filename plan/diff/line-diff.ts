/** A line that only one of two texts has. */
export interface LineChange {
  readonly sign: "-" | "+";
  readonly line: string;
}

/** Beyond this many comparisons the changed part is shown as replaced whole: nobody reads such a difference by line. */
const MAX_COMPARISONS = 4_000_000;

/** The lines to take out of one text and to put in for the other, in order, by their longest common subsequence. */
export function diffLines(before: string, after: string): LineChange[] {
  const old = before.split("\n");
  const current = after.split("\n");
  let start = 0;
  while (start < Math.min(old.length, current.length) && old[start] === current[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, current.length) - start && old.at(-1 - end) === current.at(-1 - end))
    end += 1;
  const removed = old.slice(start, old.length - end);
  const added = current.slice(start, current.length - end);
  return removed.length * added.length > MAX_COMPARISONS
    ? [...removed.map(removedLine), ...added.map(addedLine)]
    : backtrack(removed, added, commonSubsequenceLengths(removed, added));
}

const removedLine = (line: string): LineChange => ({ sign: "-", line });
const addedLine = (line: string): LineChange => ({ sign: "+", line });

/** The length of the longest common subsequence of what follows each pair of positions, row by row. */
function commonSubsequenceLengths(removed: readonly string[], added: readonly string[]): Uint32Array {
  const columns = added.length + 1;
  const lengths = new Uint32Array((removed.length + 1) * columns);
  for (let row = removed.length - 1; row >= 0; row -= 1) {
    for (let column = added.length - 1; column >= 0; column -= 1) {
      const at = row * columns + column;
      const below = lengths[at + columns] ?? 0;
      const right = lengths[at + 1] ?? 0;
      lengths[at] =
        removed[row] === added[column] ? (lengths[at + columns + 1] ?? 0) + 1 : Math.max(below, right);
    }
  }
  return lengths;
}

function backtrack(removed: readonly string[], added: readonly string[], lengths: Uint32Array): LineChange[] {
  const columns = added.length + 1;
  const found: LineChange[] = [];
  let row = 0;
  let column = 0;
  while (row < removed.length && column < added.length) {
    const at = row * columns + column;
    if (removed[row] === added[column]) {
      row += 1;
      column += 1;
    } else if ((lengths[at + columns] ?? 0) >= (lengths[at + 1] ?? 0)) {
      found.push(removedLine(removed[row] ?? ""));
      row += 1;
    } else {
      found.push(addedLine(added[column] ?? ""));
      column += 1;
    }
  }
  return [...found, ...removed.slice(row).map(removedLine), ...added.slice(column).map(addedLine)];
}
