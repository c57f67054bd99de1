import { requiredCheckOf } from "../../../checklist/check-coverage.ts";
import { type DrillName, drillMeasurements, probeNamesBySuite } from "../../../checklist/check-names.ts";
import { evaluateChecklist } from "../../../checklist/evaluation/evaluate-checklist.ts";
import type { ChecklistFacts, LiveReport } from "../../../checklist/evaluation/facts.ts";
import { REGISTRY, type Registry } from "../../../checklist/evaluation/registry.ts";
import type { ItemResult } from "../../../checklist/evaluation/verdict.ts";
import { items } from "../../../checklist/items/index.ts";
import type { DrillRecord } from "../../../checklist/records/drill-record.ts";
import type { ChecklistItem } from "../../../checklist/types.ts";
import { knownGoodFacts, PASS, suiteReport } from "./facts.ts";

/** What the deletion of one implementation did to the items that it verifies. */
export interface Deletion {
  readonly implementation: string;
  /** The number of items that were judged with it. */
  readonly items: number;
  /** The items that are still judged without it. */
  readonly survivors: readonly string[];
}

interface Mutant {
  readonly implementation: string;
  readonly registry: Registry;
  /** Whether the implementation verifies an item. */
  readonly verifies: (item: ChecklistItem) => boolean;
}

/** Facts in which every item with a check can be judged. */
export async function completeFacts(): Promise<ChecklistFacts> {
  const facts = await knownGoodFacts();
  const suites = Object.keys(probeNamesBySuite) as (keyof typeof probeNamesBySuite)[];
  const reports = [...suites, "trend" as never].flatMap((suite): LiveReport[] =>
    (["environment", "staging", "candidate", "platform"] as const).map((target) => ({
      target,
      report: suiteReport(suite, PASS),
    })),
  );
  const records = (Object.keys(drillMeasurements) as DrillName[]).map((drill) => ({
    file: `${drill}.json`,
    record: passedDrill(drill),
  }));
  return { ...facts, live: reports, drills: { records, problems: [] } };
}

function passedDrill(drill: DrillName): DrillRecord {
  return {
    version: 1,
    drill,
    environment: "production",
    startedAt: "2026-11-27T10:00:00Z",
    finishedAt: "2026-11-27T10:01:00Z",
    operator: "drill",
    result: "pass",
    measured: Object.fromEntries(Object.keys(drillMeasurements[drill]).map((name) => [name, 0])),
    checks: [{ name: "done", passed: true }],
  };
}

function mutants(): Mutant[] {
  const { rules, staticChecks, liveChecks, drills } = REGISTRY;
  const requires = (item: ChecklistItem, id: string): boolean => {
    const required = requiredCheckOf(item);
    if (required?.by !== "check") return false;
    return required.name.endsWith("/*") ? id.startsWith(required.name.slice(0, -1)) : required.name === id;
  };
  const policyItems = [...new Set(rules.flatMap(({ items }) => items))];
  return [
    // Several rules may verify one item; the item is unproven when none of them is left.
    ...policyItems.map((id) => ({
      implementation: `policy rules of ${id}`,
      registry: { ...REGISTRY, rules: rules.filter(({ items }) => !items.includes(id)) },
      verifies: (item: ChecklistItem) => item.id === id,
    })),
    ...staticChecks.map((deleted) => ({
      implementation: `${deleted.name} ${deleted.finding ?? ""}`.trim(),
      registry: { ...REGISTRY, staticChecks: staticChecks.filter((one) => one !== deleted) },
      verifies: ({ check }: ChecklistItem) =>
        "kind" in check &&
        check.kind === "check" &&
        check.check === deleted.name &&
        check.finding === deleted.finding,
    })),
    ...liveChecks.map((deleted) => ({
      implementation: deleted.id,
      registry: { ...REGISTRY, liveChecks: liveChecks.filter((one) => one !== deleted) },
      // A whole suite is judged by what is left of it, so its missing check is found in the report of the run.
      verifies: (item: ChecklistItem) => requires(item, deleted.id) && !requiredName(item).endsWith("/*"),
    })),
    ...drills.map((deleted) => ({
      implementation: `drill/${deleted.name}`,
      registry: { ...REGISTRY, drills: drills.filter((one) => one !== deleted) },
      verifies: (item: ChecklistItem) => requires(item, `drill/${deleted.name}`),
    })),
  ];
}

function requiredName(item: ChecklistItem): string {
  const required = requiredCheckOf(item);
  return required?.by === "check" ? required.name : "";
}

/** Deletes each implementation in turn. */
export async function deleteImplementations(): Promise<readonly Deletion[]> {
  const facts = await completeFacts();
  const judged = new Set(
    evaluateChecklist(facts)
      .filter(isJudged)
      .map(({ item }) => item.id),
  );
  return mutants().flatMap(({ implementation, registry, verifies }) => {
    const verified = items.filter(verifies);
    // An item about the checklist itself reads the verdicts of all others.
    const needed = verified.some(isAboutChecklist) ? items : verified;
    const own = evaluateChecklist(facts, { registry, items: needed }).filter(
      ({ item }) => verifies(item) && judged.has(item.id),
    );
    if (own.length === 0) return [];
    const survivors = own.filter(isJudged).map(({ item }) => item.id);
    return [{ implementation, items: own.length, survivors }];
  });
}

function isAboutChecklist({ check }: ChecklistItem): boolean {
  return "check" in check && check.check.startsWith("checklist/");
}

function isJudged({ verdict }: ItemResult): boolean {
  return verdict === "pass" || verdict === "fail" || verdict === "waived";
}
