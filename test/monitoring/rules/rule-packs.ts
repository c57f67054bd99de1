import { isAlert } from "../../../components/monitoring/rules/index.ts";
import { parsePromql, parseSeries } from "./promql.ts";
import { type TestFile, testGroup } from "./promtool.ts";
import type { TestedRule } from "./tested-rules.ts";

/** Rules that are tested in the same databases, because none reads metrics of another rule's scenarios. */
interface RulePack {
  readonly members: TestedRule[];
  readonly metrics: Set<string>;
}

/** The metrics that a rule reads or records, and those of its scenarios. */
function metricsUsed({ rule, scenarios }: TestedRule): string[] {
  return [
    ...parsePromql(rule.expr).selectors.map(({ metric }) => metric),
    ...scenarios.flatMap(({ series }) => Object.keys(series).map((one) => parseSeries(one).name)),
    ...(isAlert(rule) ? [] : [rule.record]),
  ];
}

function evaluationKey({ every, scenarios }: TestedRule): string {
  return `${every} ${scenarios[0]?.stepSeconds ?? 0}`;
}

function seriesKey({ scenarios }: TestedRule): string {
  return JSON.stringify(scenarios.map(({ series, until }) => [series, until]));
}

/** Whether a rule can join a pack: same interval, and either no common metrics or the same scenarios. */
function canJoinPack({ members, metrics }: RulePack, tested: TestedRule): boolean {
  const sameHistories = members.every((member) => seriesKey(member) === seriesKey(tested));
  return (
    members.every(
      (member) => evaluationKey(member) === evaluationKey(tested) && member.mark !== tested.mark,
    ) &&
    (sameHistories || !metricsUsed(tested).some((metric) => metrics.has(metric)))
  );
}

/**
 * Groups rules that do not affect each other, because promtool needs far more time to create a database than to evaluate a rule.
 * The first scenarios of all members form the first test group, and so on.
 */
export function packRules(all: readonly TestedRule[]): RulePack[] {
  const packs: RulePack[] = [];
  for (const tested of all) {
    let pack = packs.find((one) => canJoinPack(one, tested));
    if (pack === undefined) {
      pack = { members: [], metrics: new Set() };
      packs.push(pack);
    }
    pack.members.push(tested);
    for (const metric of metricsUsed(tested)) pack.metrics.add(metric);
  }
  return packs;
}

/** The promtool test file of a pack. */
export function packTestFile({ members }: RulePack, index: number): TestFile {
  const groups = Math.max(...members.map(({ scenarios }) => scenarios.length));
  return {
    name: `pack-${index}`,
    rules: members.map(({ rule }) => rule),
    evaluationInterval: members[0]?.every ?? "15s",
    tests: Array.from({ length: groups }, (_, at) =>
      testGroup(members.flatMap(({ scenarios }) => scenarios.slice(at, at + 1))),
    ),
  };
}

/** The failures by rule: the rules that a file's report names, or all rules of the file if it names none. */
export function failuresByRule(
  packs: readonly RulePack[],
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
