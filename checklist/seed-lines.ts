import { createHash } from "node:crypto";

/** A line of a seed document and its counterpart in the checklist. */
export type SeedLine = { readonly line: number; readonly sha256: string } & (
  | { readonly as: "heading"; readonly id: string }
  | { readonly as: "item"; readonly id: string }
  | { readonly as: "choice"; readonly id: string; readonly choice: string }
  | { readonly as: "field"; readonly id: string }
);

/** A line in which a seed document and its map differ. */
interface SeedDifference {
  readonly line: number;
  readonly problem: "not mapped" | "changed" | "missing";
}

const CHECKBOX_PATTERN = /^\s*- \[[ x]\] /;

/** The first 12 hex digits of the SHA-256 of a line's text, without its indentation and checkbox. */
export function hashSeedLine(line: string): string {
  return createHash("sha256").update(line.replace(CHECKBOX_PATTERN, "").trim()).digest("hex").slice(0, 12);
}

/** Checks that every checkbox of a seed document is mapped, and that no mapped line has changed. */
export function compareSeedLines(document: string, map: readonly SeedLine[]): readonly SeedDifference[] {
  const lines = document.split("\n");
  const mapped = new Set(map.map(({ line }) => line));
  const differences: SeedDifference[] = [];
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    if (CHECKBOX_PATTERN.test(text) && !mapped.has(line)) differences.push({ line, problem: "not mapped" });
  }
  for (const { line, sha256 } of map) {
    const text = lines[line - 1];
    if (text === undefined) differences.push({ line, problem: "missing" });
    else if (hashSeedLine(text) !== sha256) differences.push({ line, problem: "changed" });
  }
  return differences.sort((a, b) => a.line - b.line);
}
