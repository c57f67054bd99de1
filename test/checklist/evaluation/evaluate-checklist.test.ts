import { beforeAll, describe, expect, test } from "@jest/globals";
import { drillMeasurements } from "../../../checklist/check-names.ts";
import { evaluateChecklist } from "../../../checklist/evaluation/evaluate-checklist.ts";
import type { ChecklistFacts, SignedRecord } from "../../../checklist/evaluation/facts.ts";
import { itemDigest } from "../../../checklist/evaluation/judge-human.ts";
import { REGISTRY, type Registry } from "../../../checklist/evaluation/registry.ts";
import type { ItemResult } from "../../../checklist/evaluation/verdict.ts";
import { itemById, items } from "../../../checklist/items/index.ts";
import type { DrillRecord } from "../../../checklist/records/drill-record.ts";
import type { SignOff } from "../../../checklist/records/sign-off.ts";
import type { Waiver } from "../../../checklist/records/waiver.ts";
import type { ChecklistItem } from "../../../checklist/types.ts";
import { CASES } from "../../policy/cases/index.ts";
import { FAIL, knownGoodFacts, NOT_APPLICABLE, PASS, suiteReport } from "../support/facts.ts";

let facts: ChecklistFacts;

beforeAll(async () => {
  facts = await knownGoodFacts();
});

function resultOf(
  id: string,
  change: Partial<ChecklistFacts> = {},
  registry: Registry = REGISTRY,
): ItemResult {
  const found = evaluateChecklist({ ...facts, ...change }, { registry }).find(({ item }) => item.id === id);
  if (found === undefined) throw new Error(`There is no item ${id}.`);
  return found;
}

function requireItem(id: string): ChecklistItem {
  const item = itemById(id);
  if (item === undefined) throw new Error(`There is no item ${id}.`);
  return item;
}

describe("policy items", () => {
  const id = "pre.critical.env.http-api-enabled";

  test("an item whose rules have compliant subjects passes, with the rules as proof", () => {
    const result = resultOf(id);
    expect(result.verdict).toBe("pass");
    expect(result.problems).toBeUndefined();
    expect(result.proof?.[0]).toMatch(/^policy rule /);
    expect(result.subjects).toBeGreaterThan(0);
  });

  test("an item fails with the violations of its rules", () => {
    const rules = facts.policy.rules.map((report) =>
      report.rule.items.includes(id)
        ? {
            ...report,
            outcome: "violated" as const,
            findings: [
              {
                kind: "violation" as const,
                resource: "urn",
                path: "data",
                message: "is off",
                subject: "a::b",
              },
            ],
          }
        : report,
    );
    expect(resultOf(id, { policy: { ...facts.policy, rules } })).toMatchObject({
      verdict: "fail",
      problems: [expect.stringContaining("a::b data: is off")],
    });
  });

  test("an item is unproven if its rules have no subject, or are undecided", () => {
    const change = (outcome: "not-applicable" | "undecided", subjects: number) => ({
      policy: {
        ...facts.policy,
        rules: facts.policy.rules.map((report) =>
          report.rule.items.includes(id) ? { ...report, outcome, subjects } : report,
        ),
      },
    });
    expect(resultOf(id, change("not-applicable", 0)).verdict).toBe("unproven");
    expect(resultOf(id, change("undecided", 1)).verdict).toBe("unproven");
  });

  test("every rule that verifies an item has a case that violates it", () => {
    const violated = new Set(
      CASES.filter(({ violations }) => violations.length > 0).map(({ rule }) => rule.name),
    );
    const verifying = REGISTRY.rules.filter((rule) =>
      rule.items.some((item) => itemById(item) !== undefined),
    );
    expect(verifying.map(({ name }) => name).filter((name) => !violated.has(name))).toEqual([]);
  });
});

describe("live items", () => {
  const id = "post.verification.api-health.body";
  const live = (verdict = PASS, change = {}) => ({
    live: [{ target: "environment" as const, report: suiteReport("verify", verdict, change) }],
  });

  test("an item has the verdict of its finding in the newest report", () => {
    expect(resultOf(id).verdict).toBe("unproven");
    expect(resultOf(id, live()).verdict).toBe("pass");
    expect(resultOf(id, live(FAIL))).toMatchObject({
      verdict: "fail",
      problems: [expect.stringContaining("broken")],
    });
    const older = suiteReport("verify", FAIL, { started: "2026-11-28T01:00:00.000Z" });
    const both = { live: [...live().live, { target: "environment" as const, report: older }] };
    expect(resultOf(id, both).verdict).toBe("pass");
  });

  test("a check without a source is unproven, not passed", () => {
    expect(resultOf(id, live(NOT_APPLICABLE))).toMatchObject({
      verdict: "unproven",
      reason: expect.stringContaining("there is no source"),
    });
  });

  test("an old report, one from the future, one of another target, and one before the update prove nothing", () => {
    expect(resultOf(id, live(PASS, { started: "2026-11-26T11:00:00.000Z" })).reason).toMatch(
      /more than 24 hours/,
    );
    expect(resultOf(id, live(PASS, { started: "2026-11-29T11:00:00.000Z" })).reason).toMatch(/in the future/);
    const staging = { live: [{ target: "staging" as const, report: suiteReport("verify", PASS) }] };
    expect(resultOf(id, staging).verdict).toBe("unproven");
    const update = {
      id: "20261128T113000Z",
      commit: "c",
      finishedAt: "2026-11-28T11:30:00.000Z",
      digest: "d",
    };
    expect(resultOf(id, { ...live(), update }).reason).toMatch(/older than the update/);
  });

  test("a suite passes only if every declared check is in the report", () => {
    const suite = "deploy.smoke.all";
    const complete = suiteReport("smoke", PASS);
    const of = (checks: typeof complete.checks) => ({
      live: [{ target: "environment" as const, report: { ...complete, checks } }],
    });
    expect(resultOf(suite, of(complete.checks)).verdict).toBe("pass");
    expect(resultOf(suite, of(complete.checks.slice(1))).verdict).toBe("unproven");
  });

  test("items of a cluster do not apply to live checks of processes", () => {
    expect(resultOf("deploy.execution.namespace.created", { processes: true }).verdict).toBe(
      "not-applicable",
    );
  });
});

const drill: DrillRecord = {
  version: 1,
  drill: "rollback",
  environment: "production",
  startedAt: "2026-11-20T10:00:00Z",
  finishedAt: "2026-11-20T10:04:00Z",
  operator: "ada@example.org",
  result: "pass",
  measured: { rtoSeconds: 240 },
  checks: [{ name: "ten checks passed", passed: true }],
};

describe("drill items", () => {
  const id = "pre.testing.rollback";
  const withDrill = (change: Partial<DrillRecord> = {}) => ({
    drills: { records: [{ file: "d.json", record: { ...drill, ...change } }], problems: [] },
  });

  test("a recent drill within its limits passes", () => {
    expect(resultOf(id)).toMatchObject({ verdict: "unproven" });
    expect(resultOf(id, withDrill())).toMatchObject({ verdict: "pass", recorded: "rtoSeconds 240" });
  });

  test("an expired, a failed and a too slow drill fail", () => {
    const expired = withDrill({ startedAt: "2026-05-20T10:00:00Z", finishedAt: "2026-05-20T10:04:00Z" });
    expect(resultOf(id, expired)).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("expired"),
    });
    expect(resultOf(id, withDrill({ result: "fail" })).verdict).toBe("fail");
    expect(resultOf(id, withDrill({ measured: { rtoSeconds: 301 } })).verdict).toBe("fail");
  });

  test("every drill has a result that fails", () => {
    const drills = items.flatMap((item) => (item.method === "drill" ? [item] : []));
    for (const item of drills) {
      const measured = Object.fromEntries(
        Object.keys(drillMeasurements[item.check.drill]).map((name) => [name, 0]),
      );
      const record = { ...drill, drill: item.check.drill, measured };
      expect(resultOf(item.id, withDrill(record)).verdict).toBe("pass");
      expect(resultOf(item.id, withDrill({ ...record, result: "fail" })).verdict).toBe("fail");
    }
    expect(drills.length).toBeGreaterThan(8);
  });

  test("a drill of staging counts for drills of the team only", () => {
    const stagingDrills = withDrill({ environment: "staging" }).drills;
    expect(resultOf(id, { stagingDrills }).verdict).toBe("pass");
    const measured = { rtoSeconds: 1, rpoSeconds: 1 };
    const restore = withDrill({ environment: "staging", drill: "database-restore", measured }).drills;
    expect(resultOf("pre.backup.database-restored", { stagingDrills: restore }).verdict).toBe("unproven");
  });
});

describe("signed items", () => {
  const id = "sign-off.package.devops-lead";
  const record = (
    change: Partial<SignOff> = {},
    rest: Partial<SignedRecord<SignOff>> = {},
  ): { signOffs: SignedRecord<SignOff>[] } => ({
    signOffs: [
      {
        file: "s.json",
        roles: ["devops-lead"],
        signature: { valid: true },
        content: {
          version: 1,
          kind: "sign-off",
          item: id,
          itemDigest: itemDigest(requireItem(id)),
          environment: "production",
          signer: "ada@example.org",
          signedAt: "2026-11-28T10:00:00Z",
          binding: { planDigest: facts.binding.planDigest, releaseDigest: facts.binding.releaseDigest },
          evidence: "reviewed",
          ...change,
        },
        ...rest,
      },
    ],
  });

  test("a valid sign-off by the right role passes", () => {
    expect(resultOf(id).verdict).toBe("unproven");
    expect(resultOf(id, record()).verdict).toBe("pass");
  });

  test("a wrong role and an invalid signature fail", () => {
    expect(resultOf(id, record({}, { roles: ["operator"] })).verdict).toBe("fail");
    const invalid = { signature: { valid: false as const, reason: "the file was changed" } };
    expect(resultOf(id, record({}, invalid))).toMatchObject({
      verdict: "fail",
      reason: "The sign-off is not valid: the file was changed.",
    });
  });

  test("a sign-off for another release, another plan or another text proves nothing", () => {
    const { planDigest } = facts.binding;
    expect(resultOf(id, record({ binding: { planDigest, releaseDigest: "0".repeat(64) } })).verdict).toBe(
      "unproven",
    );
    expect(resultOf(id, record({ binding: { ...facts.binding, planDigest: "0".repeat(64) } })).verdict).toBe(
      "unproven",
    );
    expect(resultOf(id, record({ itemDigest: "0".repeat(64) })).verdict).toBe("unproven");
  });

  test("an answer that the item does not accept fails", () => {
    const choice = "pre.high.audit-logging.accepted";
    const item = requireItem(choice);
    const answered = (answer?: string) =>
      resultOf(
        choice,
        record({ item: choice, itemDigest: itemDigest(item), choice: answer }, { roles: [item.owner] }),
      );
    expect(answered("yes").verdict).toBe("pass");
    expect(answered("no").verdict).toBe("fail");
    expect(answered().verdict).toBe("fail");
  });
});

describe("waivers", () => {
  const id = "pre.critical.tests.features";
  const waiver = (change: Partial<Waiver> = {}, rest: Partial<SignedRecord<Waiver>> = {}) => ({
    waivers: [
      {
        file: "w.json",
        roles: ["tech-lead"],
        signature: { valid: true as const },
        content: {
          version: 1 as const,
          kind: "waiver" as const,
          item: id,
          itemDigest: itemDigest(requireItem(id)),
          environment: "production" as const,
          signer: "ada@example.org",
          signedAt: "2026-11-01T10:00:00Z",
          reason: "staging is being rebuilt",
          owner: "ada@example.org",
          expires: "2026-11-28",
          ...change,
        },
        ...rest,
      },
    ],
  });

  test("a valid waiver closes the item until its last day", () => {
    expect(resultOf(id, waiver())).toMatchObject({ verdict: "waived", waiver: { expires: "2026-11-28" } });
  });

  test("an expired waiver fails the item", () => {
    expect(resultOf(id, waiver({ expires: "2026-11-27" }))).toMatchObject({
      verdict: "fail",
      reason: "The waiver is not valid: it expired on 2026-11-27.",
    });
  });

  test("a tampered waiver, one by another role, a too long one and one of another text fail the item", () => {
    const tampered = { signature: { valid: false as const, reason: "the file was changed" } };
    expect(resultOf(id, waiver({}, tampered as never)).verdict).toBe("fail");
    expect(resultOf(id, waiver({}, { roles: ["operator"] })).verdict).toBe("fail");
    expect(resultOf(id, waiver({ expires: "2027-11-01" })).verdict).toBe("fail");
    expect(resultOf(id, waiver({ itemDigest: "0".repeat(64) })).verdict).toBe("fail");
  });

  test("a passed item stays passed", () => {
    const live = [{ target: "staging" as const, report: suiteReport("features", PASS) }];
    expect(resultOf(id, { ...waiver({ expires: "2026-11-27" }), live }).verdict).toBe("pass");
  });
});

describe("conditions", () => {
  test("an item is not applicable if a condition is not met, and unproven if that is not known", () => {
    const conditions = (met: boolean | undefined) => ({
      conditions: { ...facts.conditions, "earlier-release": met },
    });
    expect(resultOf("deploy.preparation.rollback-target", conditions(false)).verdict).toBe("not-applicable");
    expect(resultOf("deploy.preparation.rollback-target", conditions(undefined))).toMatchObject({
      verdict: "unproven",
      reason: expect.stringContaining("not known"),
    });
  });
});
