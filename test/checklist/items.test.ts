import { existsSync } from "node:fs";
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
import type { Phase } from "../../checklist/types.ts";
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
      ({ id, source }) => source.kind === "seed" || itemsOfSection(id).length === source.count,
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
        found.source.document === source.document
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
    expect([...itemsOfDocument("000"), ...itemsOfDocument("003")]).toHaveLength(items.length);
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

  test("every referenced docs page exists", () => {
    const documented = items.flatMap(({ id, docs }) => (docs === undefined ? [] : [{ id, docs }]));
    expect(documented.length).toBeGreaterThan(250);
    expect(findFailingIds(documented, ({ docs }) => existsSync(docs))).toEqual([]);
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
