import { type ChangedResource, isEmptyDiff, type NamedResource, type PlanDiff } from "./diff.ts";
import { lineChanges } from "./line-changes.ts";
import type { Json } from "./plan.ts";
import type { PropertyChange } from "./property-changes.ts";
import { counted, cutEnd, type Paint, painter, printable, type TextOptions } from "./text.ts";

/** A line is cut here where no terminal sets a width: the whole value is in the JSON form. */
const LONGEST_LINE = 160;

/** Of two values that begin alike, no more than this much of the beginning is shown. */
const SHARED_BEGINNING = 60;

/** On a terminal narrower than this, lines wrap. */
const NARROWEST = 60;

/** Of a long text that changed, at most this many lines are shown. */
const MOST_LINES = 40;

/** The difference of an environment's plans in a line: `production: 1 added, 2 changed (1 replaced)`. */
export function diffLine(diff: PlanDiff): string {
  if (isEmptyDiff(diff)) return `${diff.environment}: no change`;
  const replaced = diff.changed.filter((resource) => resource.replaced).length;
  const parts = [
    ...some(diff.added.length, "added"),
    ...some(diff.removed.length, "removed"),
    ...some(diff.changed.length, replaced > 0 ? `changed (${replaced} replaced)` : "changed"),
    ...(diff.outputs.length > 0 ? [`${counted(diff.outputs.length, "output")} changed`] : []),
  ];
  const { before, after } = diff.resources;
  const total = before === after ? counted(after, "resource") : `${before} → ${counted(after, "resource")}`;
  return `${diff.environment}: ${parts.join(", ")}; ${total}`;
}

function some(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

/** The difference in full: a line per resource, and below a changed one a line per property. */
export function diffText(diff: PlanDiff, options: TextOptions = {}): string {
  const paint = painter(options);
  const width = Math.max(NARROWEST, options.width ?? Number.POSITIVE_INFINITY);
  const lines = [
    paint("bold", diffLine(diff)),
    ...diff.added.map((resource) => paint("green", `+  ${title(resource)}`)),
    ...diff.removed.map((resource) => paint("red", `-  ${title(resource)}`)),
    ...diff.changed.flatMap((resource) => changedLines(resource, width, paint)),
    ...(diff.outputs.length > 0 ? [paint("yellow", "~  outputs of the stack")] : []),
    ...diff.outputs.flatMap((change) => propertyLines(change, width, paint)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function title({ type, name, object }: NamedResource): string {
  return printable(`${type}  ${name}${object === undefined || object === name ? "" : `  (${object})`}`);
}

function changedLines(resource: ChangedResource, width: number, paint: Paint): string[] {
  const head = resource.replaced
    ? paint("magenta", `+- ${title(resource)}  replaced`)
    : paint("yellow", `~  ${title(resource)}`);
  return [head, ...resource.changes.flatMap((change) => propertyLines(change, width, paint))];
}

const INDENT = "     ";

function propertyLines({ before, after, ...change }: PropertyChange, width: number, paint: Paint): string[] {
  const path = printable(change.path);
  const isText = [before, after].some((value) => typeof value === "string" && value.includes("\n"));
  if (isText && typeof before === "string" && typeof after === "string") {
    return [`${INDENT}${path}:`, ...textLines(before, after, width, paint)];
  }
  const room = Math.min(LONGEST_LINE, width - INDENT.length);
  const [old, current] = shownValues(before, after);
  const oneLine = `${path}: ${old} → ${current}`;
  if (oneLine.length <= room) {
    return [`${INDENT}${path}: ${paint("red", old)} → ${paint("green", current)}`];
  }
  return [
    `${INDENT}${path}:`,
    paint("red", `${INDENT}  - ${cutEnd(old, room - 4)}`),
    paint("green", `${INDENT}  + ${cutEnd(current, room - 4)}`),
  ];
}

function textLines(before: string, after: string, width: number, paint: Paint): string[] {
  const changed = lineChanges(before, after);
  const shown = changed.slice(0, MOST_LINES).map(({ sign, line }) => {
    const text = cutEnd(`${INDENT}  ${sign} ${printable(line)}`, width);
    return paint(sign === "-" ? "red" : "green", text);
  });
  const hidden = changed.length - shown.length;
  return hidden > 0 ? [...shown, `${INDENT}  … ${counted(hidden, "more line")}`] : shown;
}

/** The two values, without the beginning that long ones share: what differs would be cut off otherwise. */
function shownValues(before: Json | undefined, after: Json | undefined): [string, string] {
  const [old, current] = [shownValue(before), shownValue(after)];
  let shared = 0;
  while (shared < Math.min(old.length, current.length) && old[shared] === current[shared]) shared += 1;
  if (shared <= SHARED_BEGINNING) return [old, current];
  const from = shared - SHARED_BEGINNING / 2;
  return [`…${old.slice(from)}`, `…${current.slice(from)}`];
}

function shownValue(value: Json | undefined): string {
  return value === undefined ? "(absent)" : JSON.stringify(value);
}
