import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  itemById,
  items,
  itemsOfDocument,
  itemsOfPhase,
  itemsOfSection,
  sectionById,
  sections,
} from "../../checklist/items/index.ts";
import type { ItemSource, Phase, SectionSource } from "../../checklist/types.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { hasHeading } from "../support/docs-anchors.ts";
import { findFailingIds } from "../support/find-failing-ids.ts";

/** The section sizes in seed document 000 (delivery summary 2.5.0). */
const expectedCounts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "pre-deployment": {
    "Infrastructure validation": 10,
    "Configuration management": 12,
    "Database setup": 8,
    "Redis cache setup": 6,
    "Security configuration": 15,
    "Monitoring & observability": 10,
    "Backup & disaster recovery": 6,
    "Testing & validation": 8,
  },
  deployment: {
    "Pre-deployment": 5,
    "Database migration": 4,
    "Application deployment": 6,
    "Monitoring setup": 3,
    "Smoke testing": 5,
    "Go-live": 2,
  },
  "post-deployment": {
    "Application health": 8,
    "Performance validation": 6,
    "Database health": 4,
    "Cache health": 3,
    "Security validation": 5,
    "Monitoring validation": 4,
    "Business functionality": 5,
  },
};

const idPrefix: Readonly<Record<Phase, string>> = {
  "pre-deployment": "pre.",
  deployment: "deploy.",
  "post-deployment": "post.",
  "follow-up": "follow-up.",
  "sign-off": "sign-off.",
};

const phases = Object.keys(idPrefix) as Phase[];

const derivedCounts = items.flatMap((item) =>
  item.source.kind === "derived" ? [{ ...item, source: item.source }] : [],
);

describe("the checklist has all sections of the delivery summary", () => {
  const cases = Object.entries(expectedCounts).flatMap(([phase, counts]) =>
    Object.entries(counts).map(([section, count]) => ({ phase, section, count })),
  );

  test.each(cases)("$phase, $section: $count items", ({ phase, section, count }) => {
    const found = derivedCounts.filter((item) => item.phase === phase && item.source.section === section);
    expect(found).toHaveLength(count);
  });

  test("there are 75 items before, 25 during and 35 after a deployment, in 21 sections", () => {
    const perPhase = phases.map((phase) => derivedCounts.filter((item) => item.phase === phase).length);
    expect(perPhase).toEqual([75, 25, 35, 0, 0]);
    expect(sections.filter(({ source }) => source.kind === "derived")).toHaveLength(21);
  });

  test("each derived section has as many items as it states", () => {
    const wrong = findFailingIds(
      sections,
      ({ id, source }) => source.kind !== "derived" || itemsOfSection(id).length === source.count,
    );
    expect(wrong).toEqual([]);
  });
});

describe("item ids and look-ups", () => {
  test("ids of items and sections are unique, and so are item titles", () => {
    const ids = [...items, ...sections].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(items.map(({ title }) => title)).size).toBe(items.length);
  });

  test("ids consist of three or four lower-case parts and at most 60 characters", () => {
    const wellFormed = /^(pre|deploy|post|follow-up|sign-off)(\.[a-z0-9]+(-[a-z0-9]+)*){2,3}$/;
    expect(findFailingIds(items, ({ id }) => wellFormed.test(id) && id.length <= 60)).toEqual([]);
  });

  test("an id starts with its phase and its section", () => {
    const wrong = findFailingIds(items, ({ id, section, phase }) => {
      const own = id.slice(section.length + 1);
      return id.startsWith(`${section}.`) && !own.includes(".") && id.startsWith(idPrefix[phase]);
    });
    expect(wrong).toEqual([]);
  });

  test("an item has the phase and the source of its section", () => {
    const wrong = findFailingIds(items, ({ section, phase, source }) => {
      const found = sectionById(section);
      return (
        found?.phase === phase &&
        found.source.kind === source.kind &&
        documentOf(found.source) === documentOf(source)
      );
    });
    expect(wrong).toEqual([]);
  });

  test("every item is found exactly once by id, phase, section and document", () => {
    expect(findFailingIds(items, (item) => itemById(item.id) === item)).toEqual([]);
    expect(itemById("pre.critical.env.no-such-item")).toBeUndefined();
    expect(itemsOfSection("pre.no-such-section")).toEqual([]);
    expect(phases.flatMap(itemsOfPhase)).toHaveLength(items.length);
    expect(sections.flatMap(({ id }) => itemsOfSection(id))).toEqual(items);
    const fromBoth = itemsOfDocument("003").filter(({ id }) =>
      itemsOfDocument("000").some((one) => one.id === id),
    );
    expect(fromBoth.map(({ id }) => id)).toEqual([
      "pre.testing.load",
      "pre.testing.rollback",
      "sign-off.approval.security-audit",
    ]);
    const ours = items.filter(({ source }) => source.kind === "product");
    expect(ours.length).toBeGreaterThan(10);
    expect(itemsOfDocument("000").length + itemsOfDocument("003").length).toBe(
      items.length - ours.length + 3,
    );
  });

  test("phases are contiguous and in the order of the work", () => {
    const order = phases.map((phase) => items.findIndex((item) => item.phase === phase));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (const phase of phases) {
      const first = items.findIndex((item) => item.phase === phase);
      expect(
        items.slice(first, first + itemsOfPhase(phase).length).every((item) => item.phase === phase),
      ).toBe(true);
    }
  });
});

describe("item texts, owners and documentation", () => {
  test("a title is one sentence of at most 110 characters", () => {
    expect(
      findFailingIds(items, ({ title }) => /^[A-Z][^\n]*[^.\s]\.$/.test(title) && title.length <= 110),
    ).toEqual([]);
  });

  test("every item links to an existing heading of the documentation", () => {
    expect(findFailingIds(items, ({ docs }) => hasHeading(docs))).toEqual([]);
    expect(hasHeading("docs/readiness.md#no-such-heading")).toBe(false);
    expect(hasHeading("docs/no-such-page.md#tests")).toBe(false);
  });

  test("every remediation is a sentence with an instruction of its own", () => {
    const wrong = findFailingIds(
      items,
      ({ remediation, title }) =>
        /^[A-Z][^\n]{10,}\.$/.test(remediation) && remediation.length <= 130 && remediation !== title,
    );
    expect(wrong).toEqual([]);
    expect(new Set(items.map(({ remediation }) => remediation)).size).toBeGreaterThan(items.length * 0.85);
  });

  test("every command of a remediation exists", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    const commands = items.flatMap(({ id, remediation }) =>
      [...remediation.matchAll(/`npm (?:run )?([a-z0-9:]+)/g)].map(([, name = ""]) => ({ id, name })),
    );
    expect(commands.length).toBeGreaterThan(20);
    expect(findFailingIds(commands, ({ name }) => name in scripts)).toEqual([]);
  });

  test("every variable of a remediation is in the catalogue", () => {
    const named = items.flatMap(({ id, remediation }) =>
      [...remediation.matchAll(/GODOT_[A-Z_]+/g)].map(([name]) => ({ id, name })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(findFailingIds(named, ({ name }) => VARIABLES.has(name))).toEqual([]);
  });

  test("every item has an owner, and every signed item requires evidence", () => {
    expect(findFailingIds(items, ({ owner }) => owner.length > 0)).toEqual([]);
    const signed = items.flatMap((item) => (item.method === "human" ? [item] : []));
    expect(findFailingIds(signed, ({ check }) => check.evidence.length > 0)).toEqual([]);
  });

  test("a yes/no item passes only with yes", () => {
    const questions = items.flatMap((item) => (item.method === "human" && item.choices ? [item] : []));
    expect(questions.map(({ id }) => id)).toEqual([
      "pre.high.audit-logging.accepted",
      "pre.medium.vr-fallback.accepted",
    ]);
    expect(findFailingIds(questions, ({ check }) => check.accepts?.join() === "yes")).toEqual([]);
  });

  test("accepted choices are among the choices of the item", () => {
    const wrong = findFailingIds(
      items,
      (item) =>
        item.method !== "human" || (item.check.accepts ?? []).every((one) => item.choices?.includes(one)),
    );
    expect(wrong).toEqual([]);
  });

  test("every condition has a substitute, so that a skipped item says what replaces it", () => {
    const wrong = findFailingIds(
      items,
      ({ appliesWhen, substitutes }) =>
        substitutes.map(({ unless }) => unless).join() === appliesWhen.join() &&
        substitutes.every(({ instead }) => /^.{20,}\.$/.test(instead)),
    );
    expect(wrong).toEqual([]);
  });

  test("an item applies somewhere, and warns only where it applies or in local", () => {
    const wrong = findFailingIds(
      items,
      ({ environments, advisoryIn }) =>
        environments.length > 0 && advisoryIn.every((one) => one === "local" || environments.includes(one)),
    );
    expect(wrong).toEqual([]);
  });

  test("no two items have the same check: what the two lists both say is one item", () => {
    const keys = items.flatMap((item) =>
      item.method === "human" || (item.method === "static" && item.check.kind === "policy")
        ? []
        : [JSON.stringify(item.check)],
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("no condition is repeated, and at most one cluster condition is set", () => {
    const wrong = findFailingIds(items, ({ appliesWhen }) => {
      const clusterKinds = appliesWhen.filter((one) => ["kubernetes", "eks", "cluster-exists"].includes(one));
      return new Set(appliesWhen).size === appliesWhen.length && clusterKinds.length <= 1;
    });
    expect(wrong).toEqual([]);
  });

  test("critical, high and medium items have the priority of the deployment checklist", () => {
    const weighed = items.flatMap((item) => {
      const weight = /^pre\.(critical|high|medium)\./.exec(item.id)?.[1];
      return weight === undefined ? [] : [{ id: item.id, priority: item.priority, weight }];
    });
    expect(weighed.length).toBeGreaterThan(50);
    expect(findFailingIds(weighed, ({ priority, weight }) => priority === weight)).toEqual([]);
  });
});

function documentOf(source: ItemSource | SectionSource): string | undefined {
  return source.kind === "product" ? undefined : source.document;
}
