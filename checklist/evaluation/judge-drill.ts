import { type DrillName, teamDrills } from "../check-names.ts";
import type { DrillRecords, StoredDrillRecord } from "../records/drill-record.ts";
import type { ChecklistItem } from "../types.ts";
import type { DrillDeclaration, Registry } from "./registry.ts";
import { failed, type Judgement, passed, unproven } from "./verdict.ts";

type DrillItem = Extract<ChecklistItem, { method: "drill" }>;

interface DrillFacts {
  readonly now: Date;
  readonly drills: DrillRecords;
  readonly stagingDrills: DrillRecords;
}

const DAY_MS = 86_400_000;

/** Judges an item by the latest record of its drill: its result, its age and its measurements. */
export function judgeDrill(
  { check: { drill } }: DrillItem,
  { now, drills, stagingDrills }: DrillFacts,
  registry: Pick<Registry, "drills">,
): Judgement {
  const declared = registry.drills.find(({ name }) => name === drill);
  if (declared === undefined) return unproven(`The drill ${drill} is not implemented.`);
  const latest = latestRecord(drill, drills, stagingDrills, now);
  if (latest === undefined) return unproven(`No result of the drill ${drill} is recorded.`);
  const { file, record } = latest;
  const proof = [file];
  const recorded = Object.entries(record.measured)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  const rest = { proof, recorded };
  if (record.result === "fail") {
    const problems = record.checks
      .filter((one) => !one.passed)
      .map(({ name, detail }) => `${name}${detail === undefined ? "" : `: ${detail}`}`);
    return failed(`The drill of ${record.finishedAt} failed.`, { ...rest, problems });
  }
  const ageDays = Math.floor((now.getTime() - Date.parse(record.finishedAt)) / DAY_MS);
  if (ageDays > declared.maxAgeDays)
    return failed(
      `The drill has expired: it was ${ageDays} days ago, and a result is valid for ${declared.maxAgeDays} days.`,
      rest,
    );
  const exceeded = exceededLimits(record.measured, declared);
  if (exceeded.length > 0) return failed(exceeded[0] ?? "", { ...rest, problems: exceeded });
  return passed(record.checks.length, `${record.checks.length} checks passed ${ageDays} days ago.`, rest);
}

/** The latest record that is not dated in the future. */
function latestRecord(
  drill: DrillName,
  own: DrillRecords,
  staging: DrillRecords,
  now: Date,
): StoredDrillRecord | undefined {
  const records = [...own.records, ...(teamDrills.includes(drill) ? staging.records : [])];
  return records
    .filter(({ record }) => record.drill === drill && Date.parse(record.finishedAt) <= now.getTime())
    .sort((a, b) => b.record.finishedAt.localeCompare(a.record.finishedAt))[0];
}

function exceededLimits(
  measured: Readonly<Record<string, number>>,
  { measurements }: DrillDeclaration,
): string[] {
  return Object.entries(measurements).flatMap(([name, { max }]) => {
    const value = measured[name];
    if (value === undefined) return [`${name} was not measured.`];
    return max !== undefined && value > max ? [`${name} is ${value}; the maximum is ${max}.`] : [];
  });
}
