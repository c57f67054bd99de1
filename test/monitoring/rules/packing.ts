import { isAlert } from "../../../components/monitoring/rules/index.ts";
import type { Tested } from "./files.ts";
import { parsePromql, parseSeries } from "./promql.ts";
import { type TestFile, testGroup } from "./promtool.ts";

/** Rules that are tested in the same databases, because none reads what another's histories hold. */
export interface Pack {
  readonly members: Tested[];
  readonly metrics: Set<string>;
}

/** Every metric that a rule reads or writes, or that its histories hold. */
function metricsOf({ rule, scenarios }: Tested): string[] {
  return [
    ...parsePromql(rule.expr).selectors.map(({ metric }) => metric),
    ...scenarios.flatMap(({ series }) => Object.keys(series).map((one) => parseSeries(one).name)),
    ...(isAlert(rule) ? [] : [rule.record]),
  ];
}

function pace({ every, scenarios }: Tested): string {
  return `${every} ${scenarios[0]?.stepSeconds ?? 0}`;
}

function histories({ scenarios }: Tested): string {
  return JSON.stringify(scenarios.map(({ series, until }) => [series, until]));
}

/** Whether a rule can join: at the same pace, and either strange to all of them or asked about the same histories. */
function fits({ members, metrics }: Pack, tested: Tested): boolean {
  const sameHistories = members.every((member) => histories(member) === histories(tested));
  return (
    members.every((member) => pace(member) === pace(tested) && member.mark !== tested.mark) &&
    (sameHistories || !metricsOf(tested).some((metric) => metrics.has(metric)))
  );
}

/**
 * Opening a database costs promtool far more than evaluating a rule in it, so rules share them where they cannot see
 * each other: the first history of each makes the first group of tests, and so on.
 */
export function packsOf(all: readonly Tested[]): Pack[] {
  const packs: Pack[] = [];
  for (const tested of all) {
    let pack = packs.find((one) => fits(one, tested));
    if (pack === undefined) {
      pack = { members: [], metrics: new Set() };
      packs.push(pack);
    }
    pack.members.push(tested);
    for (const metric of metricsOf(tested)) pack.metrics.add(metric);
  }
  return packs;
}

/** The file of a pack. */
export function packFile({ members }: Pack, index: number): TestFile {
  const groups = Math.max(...members.map(({ scenarios }) => scenarios.length));
  return {
    name: `pack-${index}`,
    rules: members.map(({ rule }) => rule),
    every: members[0]?.every ?? "15s",
    tests: Array.from({ length: groups }, (_, at) =>
      testGroup(members.flatMap(({ scenarios }) => scenarios.slice(at, at + 1))),
    ),
  };
}

/** The failures by rule: those that a file's report marks, and all of the file's where it marks none. */
export function failuresByRule(
  packs: readonly Pack[],
  reports: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    packs.flatMap(({ members }, index) => {
      const report = reports.get(`pack-${index}`);
      if (report === undefined) return [];
      const marked = members.filter(({ mark }) => report.includes(mark));
      return (marked.length === 0 ? members : marked).map(({ name }) => [name, report] as const);
    }),
  );
}
