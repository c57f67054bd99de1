import { describe, expect, test } from "@jest/globals";
import {
  defineDerivedSection,
  defineProductSection,
  defineSeedSection,
} from "../../checklist/define-section.ts";

const common = {
  id: "pre.water",
  title: "Water",
  phase: "pre-deployment",
  timing: "before",
  priority: "high",
  owner: "operator",
  docs: "docs/water.md#water",
  appliesWhen: ["kubernetes"],
} as const;

const verification = { method: "static", check: { kind: "policy" } } as const;

describe("an item inherits from its section", () => {
  const { section, items } = defineSeedSection({ ...common, document: "003", line: 7 }, [
    { ...verification, id: "pre.water.tank", line: 8, title: "The tank is full.", remediation: "Fill it." },
    {
      ...verification,
      id: "pre.water.tap",
      line: 9,
      title: "The tap is closed.",
      remediation: "Close it.",
      environments: ["production"],
      advisoryIn: [],
      instead: { "public-name": "The tap has an address." },
      mergedFrom: [{ kind: "seed", document: "000", line: 3 }],
      priority: "critical",
      owner: "tech-lead",
      docs: "docs/tap.md#closing",
      appliesWhen: ["public-name"],
    },
  ]);

  test("missing fields are inherited", () => {
    expect(items[0]).toEqual({
      ...verification,
      id: "pre.water.tank",
      section: "pre.water",
      phase: "pre-deployment",
      priority: "high",
      title: "The tank is full.",
      owner: "operator",
      docs: "docs/water.md#water",
      remediation: "Fill it.",
      source: { kind: "seed", document: "003", line: 8 },
      mergedFrom: [],
      environments: ["local", "staging", "production", "package"],
      advisoryIn: ["local"],
      appliesWhen: ["kubernetes"],
      substitutes: [{ unless: "kubernetes", instead: expect.stringContaining("process deployment") }],
    });
  });

  test("its own fields take precedence, and its conditions are added to those of the section", () => {
    expect(items[1]).toMatchObject({
      priority: "critical",
      owner: "tech-lead",
      docs: "docs/tap.md#closing",
      source: { kind: "seed", document: "003", line: 9 },
      mergedFrom: [{ kind: "seed", document: "000", line: 3 }],
      environments: ["production"],
      advisoryIn: [],
      appliesWhen: ["kubernetes", "public-name"],
      substitutes: [
        { unless: "kubernetes", instead: expect.stringContaining("process deployment") },
        { unless: "public-name", instead: "The tap has an address." },
      ],
    });
  });

  test("the section records its line in the seed document", () => {
    expect(section).toEqual({
      id: "pre.water",
      title: "Water",
      phase: "pre-deployment",
      timing: "before",
      source: { kind: "seed", document: "003", line: 7 },
    });
  });
});

test("a derived item records its section in the seed document", () => {
  const { section, items } = defineDerivedSection({ ...common, seedSection: "Water supply", count: 1 }, [
    { ...verification, id: "pre.water.tank", title: "The tank is full.", remediation: "Fill it." },
  ]);
  expect(section.source).toEqual({ kind: "derived", document: "000", section: "Water supply", count: 1 });
  expect(items[0]?.source).toEqual({ kind: "derived", document: "000", section: "Water supply" });
});

test("an item of the product has no source in a seed document", () => {
  const { section, items } = defineProductSection(common, [
    { ...verification, id: "pre.water.tank", title: "The tank is full.", remediation: "Fill it." },
  ]);
  expect([section.source, items[0]?.source]).toEqual([{ kind: "product" }, { kind: "product" }]);
});
