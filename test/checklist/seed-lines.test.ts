import { describe, expect, test } from "@jest/globals";
import { itemById, items, sectionById, sections } from "../../checklist/items/index.ts";
import { recordFields } from "../../checklist/record-fields.ts";
import { deliverySummaryLines, deploymentChecklistLines } from "../../checklist/seed-line-map.ts";
import { compareSeedLines, hashSeedLine, type SeedLine } from "../../checklist/seed-lines.ts";
import type { ItemSource, SectionSource } from "../../checklist/types.ts";

/** Heading lines of seed document 003 (deployment checklist 1.0.0) and how many checkboxes each has. */
const checkboxes: readonly (readonly [heading: number, lines: number])[] = [
  [14, 4],
  [20, 6],
  [28, 4],
  [34, 5],
  [41, 4],
  [51, 4],
  [57, 3],
  [62, 3],
  [67, 5],
  [74, 4],
  [84, 4],
  [90, 4],
  [96, 4],
  [108, 5],
  [115, 3],
  [120, 3],
  [129, 4],
  [135, 3],
  [144, 3],
  [149, 2],
  [153, 2],
  [157, 2],
  [161, 4],
  [167, 2],
  [171, 3],
  [176, 2],
  [180, 2],
  [188, 2],
  [192, 2],
  [196, 3],
  [201, 2],
  [205, 2],
  [209, 2],
  [213, 2],
  [217, 2],
  [221, 2],
  [225, 2],
  [237, 3],
  [247, 2],
  [257, 4],
  [263, 3],
  [270, 4],
  [276, 3],
  [283, 4],
  [289, 3],
  [298, 4],
  [304, 3],
  [309, 3],
];

/** `digest` covers all line numbers and hashes at the time of the last comparison with the document. */
const documents = [
  { document: "003", map: deploymentChecklistLines, digest: "cf0396313a3e" },
  { document: "000", map: deliverySummaryLines, digest: "5401fc2e15e7" },
] as const;

describe.each(documents)("the line map of seed document $document", ({ document, map, digest }) => {
  test("maps each line once, in the order of the document", () => {
    const lines = map.map(({ line }) => line);
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
  });

  test("has the hash of each line of the document", () => {
    expect(map.filter(({ sha256 }) => !/^[0-9a-f]{12}$/.test(sha256))).toEqual([]);
    expect(hashSeedLine(map.map(({ line, sha256 }) => `${line} ${sha256}`).join("\n"))).toBe(digest);
  });

  test("refers to existing entries of that document", () => {
    expect(map.filter((entry) => !documentsOf(entry).includes(document))).toEqual([]);
  });

  test("maps each item to its line, or to the first of its choices", () => {
    const seeded = items.flatMap(({ id, source, mergedFrom, choices }) =>
      [source, ...mergedFrom].flatMap((one) =>
        one.kind === "seed" && one.document === document ? [{ id, line: one.line, choices }] : [],
      ),
    );
    expect(seeded.map(({ line }) => line).sort()).toEqual(
      [...new Set(seeded.map(({ line }) => line))].sort(),
    );
    const wrong = seeded.filter(({ id, line, choices }) => {
      const entries = map.filter((entry) => entry.id === id);
      const [first, ...others] = entries;
      if (first?.line !== line) return true;
      if (first.as === "item") return others.length > 0;
      const offered = entries.flatMap((entry) => (entry.as === "choice" ? [entry.choice] : []));
      return offered.join() !== choices?.join();
    });
    expect(wrong).toEqual([]);
  });

  test("maps each section to its heading, and its items below it", () => {
    const seeded = sections.flatMap(({ id, source }) =>
      source.kind === "seed" && source.document === document ? [{ id, line: source.line }] : [],
    );
    const headings = map.flatMap(({ as, id, line }) => (as === "heading" ? [{ id, line }] : []));
    expect(headings).toEqual([...seeded].sort((a, b) => a.line - b.line));
    let heading = "";
    const misplaced = map.filter((entry) => {
      if (entry.as === "heading") heading = entry.id;
      if (entry.as !== "item" && entry.as !== "choice") return false;
      const item = itemById(entry.id);
      const merged = item?.mergedFrom.some((one) => one.document === document && one.line === entry.line);
      return !merged && item?.section !== heading;
    });
    expect(misplaced).toEqual([]);
  });

  test("maps each blank to a field of the deployment record", () => {
    const used = new Set(map.flatMap((entry) => (entry.as === "field" ? [entry.id] : [])));
    const known = recordFields.filter((field) => field.document === document).map(({ id }) => id);
    expect([...used].sort()).toEqual([...known].sort());
  });
});

describe("seed document 003 is complete", () => {
  test.each(checkboxes)("the heading on line %i has %i checkbox lines", (heading, count) => {
    const start = deploymentChecklistLines.findIndex(({ line }) => line === heading);
    const rest = deploymentChecklistLines.slice(start + 1);
    const end = rest.findIndex(({ as }) => as !== "item" && as !== "choice");
    expect(deploymentChecklistLines[start]?.as).toBe("heading");
    expect(end === -1 ? rest.length : end).toBe(count);
  });

  test("the 213 mapped lines are 49 headings, 142 items, 13 choices and nine blanks", () => {
    const kinds = new Map<string, number>();
    for (const { as } of deploymentChecklistLines) kinds.set(as, (kinds.get(as) ?? 0) + 1);
    expect(Object.fromEntries(kinds)).toEqual({ field: 9, heading: 49, item: 142, choice: 13 });
    expect(deploymentChecklistLines).toHaveLength(213);
  });
});

describe("comparison of a seed document with its map", () => {
  const text = "# Checklist\n\n- [ ] **Water**\n  - [ ] Tank full\n  - [x] Tap closed\n\n**Signed:** ___\n";
  const map: readonly SeedLine[] = [
    { line: 3, sha256: hashSeedLine("**Water**"), as: "heading", id: "water" },
    { line: 4, sha256: hashSeedLine("Tank full"), as: "item", id: "water.tank" },
    { line: 5, sha256: hashSeedLine("Tap closed"), as: "item", id: "water.tap" },
    { line: 7, sha256: hashSeedLine("**Signed:** ___"), as: "field", id: "signed" },
  ];

  test("line endings and ticked checkboxes make no difference", () => {
    expect(compareSeedLines(text, map)).toEqual([]);
    expect(compareSeedLines(text.replaceAll("\n", "\r\n").replaceAll("[ ]", "[x]"), map)).toEqual([]);
  });

  test("changed, added and removed lines are distinguished", () => {
    const changed = text
      .replace("Tank full", "Tank half full")
      .replace("\n\n**Signed:** ___\n", "\n  - [ ] Lid on");
    expect(compareSeedLines(changed, map)).toEqual([
      { line: 4, problem: "changed" },
      { line: 6, problem: "not mapped" },
      { line: 7, problem: "missing" },
    ]);
  });

  test("the hash covers the text without the checkbox", () => {
    expect(hashSeedLine("  - [ ] Build size reasonable (100-500 MB)")).toBe(
      deploymentChecklistLines.find(({ line }) => line === 36)?.sha256,
    );
  });
});

function documentsOf(entry: SeedLine): readonly (string | undefined)[] {
  switch (entry.as) {
    case "heading":
      return [documentOf(sectionById(entry.id)?.source)];
    case "field":
      return [recordFields.find(({ id }) => id === entry.id)?.document];
    case "item": {
      const item = itemById(entry.id);
      return [item?.source, ...(item?.mergedFrom ?? [])].map(documentOf);
    }
    case "choice": {
      const item = itemById(entry.id);
      return item?.choices?.includes(entry.choice) ? [documentOf(item.source)] : [];
    }
  }
}

function documentOf(source: ItemSource | SectionSource | undefined): string | undefined {
  return source === undefined || source.kind === "product" ? undefined : source.document;
}
