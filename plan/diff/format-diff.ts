import {
  createPaint,
  escapeControlCharacters,
  type FormatOptions,
  formatCount,
  type Paint,
  truncateEnd,
} from "../format.ts";
import type { Json } from "../plan.ts";
import { diffLines } from "./line-diff.ts";
import { type ChangedResource, isEmptyDiff, type NamedResource, type PlanDiff } from "./plan-diff.ts";
import type { PropertyChange } from "./property-diff.ts";

/** Maximum line length without a terminal width; the JSON output has the full values. */
const MAX_LINE_LENGTH = 160;

/** Maximum length of a common prefix of two values that is shown. */
const MAX_SHARED_PREFIX = 60;

/** Minimum width; lines wrap on a narrower terminal. */
const MIN_WIDTH = 60;

/** Maximum number of changed lines that are shown for a multi-line value. */
const MAX_CHANGED_LINES = 40;

/** Summarizes a diff in one line: `production: 1 added, 2 changed (1 replaced)`. */
export function formatDiffSummary(diff: PlanDiff): string {
  if (isEmptyDiff(diff)) return `${diff.environment}: no change`;
  const replaced = diff.changed.filter((resource) => resource.replaced).length;
  const parts = [
    ...countPart(diff.added.length, "added"),
    ...countPart(diff.removed.length, "removed"),
    ...countPart(diff.changed.length, replaced > 0 ? `changed (${replaced} replaced)` : "changed"),
    ...(diff.outputs.length > 0 ? [`${formatCount(diff.outputs.length, "output")} changed`] : []),
  ];
  const { before, after } = diff.resources;
  const total =
    before === after ? formatCount(after, "resource") : `${before} → ${formatCount(after, "resource")}`;
  return `${diff.environment}: ${parts.join(", ")}; ${total}`;
}

function countPart(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

/** Formats a diff with a line per resource and, for changed resources, a line per property. */
export function formatDiff(diff: PlanDiff, options: FormatOptions = {}): string {
  const paint = createPaint(options);
  const width = Math.max(MIN_WIDTH, options.width ?? Number.POSITIVE_INFINITY);
  const lines = [
    paint("bold", formatDiffSummary(diff)),
    ...diff.added.map((resource) => paint("green", `+  ${formatTitle(resource)}`)),
    ...diff.removed.map((resource) => paint("red", `-  ${formatTitle(resource)}`)),
    ...diff.changed.flatMap((resource) => formatChangedResource(resource, width, paint)),
    ...(diff.outputs.length > 0 ? [paint("yellow", "~  outputs of the stack")] : []),
    ...diff.outputs.flatMap((change) => formatPropertyChange(change, width, paint)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function formatTitle({ type, name, object }: NamedResource): string {
  return escapeControlCharacters(
    `${type}  ${name}${object === undefined || object === name ? "" : `  (${object})`}`,
  );
}

function formatChangedResource(resource: ChangedResource, width: number, paint: Paint): string[] {
  const head = resource.replaced
    ? paint("magenta", `+- ${formatTitle(resource)}  replaced`)
    : paint("yellow", `~  ${formatTitle(resource)}`);
  return [head, ...resource.changes.flatMap((change) => formatPropertyChange(change, width, paint))];
}

const INDENT = "     ";

function formatPropertyChange(
  { before, after, ...change }: PropertyChange,
  width: number,
  paint: Paint,
): string[] {
  const path = escapeControlCharacters(change.path);
  const isText = [before, after].some((value) => typeof value === "string" && value.includes("\n"));
  if (isText && typeof before === "string" && typeof after === "string") {
    return [`${INDENT}${path}:`, ...formatTextChange(before, after, width, paint)];
  }
  const room = Math.min(MAX_LINE_LENGTH, width - INDENT.length);
  const [old, current] = formatValuePair(before, after);
  const oneLine = `${path}: ${old} → ${current}`;
  if (oneLine.length <= room) {
    return [`${INDENT}${path}: ${paint("red", old)} → ${paint("green", current)}`];
  }
  return [
    `${INDENT}${path}:`,
    paint("red", `${INDENT}  - ${truncateEnd(old, room - 4)}`),
    paint("green", `${INDENT}  + ${truncateEnd(current, room - 4)}`),
  ];
}

function formatTextChange(before: string, after: string, width: number, paint: Paint): string[] {
  const changed = diffLines(before, after);
  const shown = changed.slice(0, MAX_CHANGED_LINES).map(({ sign, line }) => {
    const text = truncateEnd(`${INDENT}  ${sign} ${escapeControlCharacters(line)}`, width);
    return paint(sign === "-" ? "red" : "green", text);
  });
  const hidden = changed.length - shown.length;
  return hidden > 0 ? [...shown, `${INDENT}  … ${formatCount(hidden, "more line")}`] : shown;
}

/** Formats two values without a long common prefix, so that the difference is not truncated. */
function formatValuePair(before: Json | undefined, after: Json | undefined): [string, string] {
  const [old, current] = [formatValue(before), formatValue(after)];
  let shared = 0;
  while (shared < Math.min(old.length, current.length) && old[shared] === current[shared]) shared += 1;
  if (shared <= MAX_SHARED_PREFIX) return [old, current];
  const from = shared - MAX_SHARED_PREFIX / 2;
  return [`…${old.slice(from)}`, `…${current.slice(from)}`];
}

function formatValue(value: Json | undefined): string {
  return value === undefined ? "(absent)" : JSON.stringify(value);
}
