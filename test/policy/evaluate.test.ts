import { beforeAll, describe, expect, test } from "@jest/globals";
import type { PolicyConfig, Waiver } from "../../policy/config.ts";
import { evaluatePlan, type PolicyReport } from "../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../policy/load-config.ts";
import { planOf } from "../support/plans.ts";
import { DraftPlan } from "./support/draft-plan.ts";
import type { Plans } from "./support/expectations.ts";
import { EXISTING_CLUSTER } from "./support/plan-names.ts";
import { realPlans } from "./support/real-plans.ts";

const TODAY = new Date("2026-03-15T12:00:00Z");
const config = loadPolicyConfig(".");

const WAIVER: Waiver = {
  rule: "require-pinned-images",
  environment: "production",
  resource: "kubernetes:apps/v1:Deployment::gateway-deployment",
  owner: "platform team",
  reason: "the vendor has not tagged the fix yet",
  expires: "2026-03-31",
};

const withWaivers = (...waivers: readonly Waiver[]): PolicyConfig => ({ ...config, waivers });

let plans: Plans;
beforeAll(async () => {
  plans = await realPlans();
});

/** The production plan with a floating image tag in the gateway, and optionally in Redis. */
function planWithFloatingTag(options: { readonly redis?: boolean } = {}) {
  const draft = new DraftPlan(plans[EXISTING_CLUSTER]);
  draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
  if (options.redis) draft.container("redis-stateful-set").image = "docker.io/library/redis:latest";
  return draft.plan;
}

function ruleOf(report: PolicyReport, name: string) {
  const found = report.rules.find(({ rule }) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

describe("the real plans", () => {
  test("with real values, no rule is violated in any environment", () => {
    for (const plan of Object.values(plans)) {
      const report = evaluatePlan(plan, config, { purpose: "deploy", today: TODAY });
      const open = report.rules.filter(({ outcome }) => outcome === "violated" || outcome === "undecided");
      expect(open.map(({ rule }) => `${plan.environment} ${rule.name}`)).toEqual([]);
      expect(report.blocked).toBe(false);
    }
  });

  test("the committed example values are reported in a plan and block a deployment", async () => {
    const plan = await planOf("production");
    const planned = evaluatePlan(plan, config, { today: TODAY });
    expect([planned.blocked, ruleOf(planned, "disallow-example-values").outcome]).toEqual([
      false,
      "violated",
    ]);
    expect(evaluatePlan(plan, config, { purpose: "deploy", today: TODAY }).blocked).toBe(true);
  });

  test("the committed example values do not block a local deployment", async () => {
    const report = evaluatePlan(await planOf("local"), config, { purpose: "deploy", today: TODAY });
    expect(report.blocked).toBe(false);
  });

  test("a rule without subjects is not applicable; other rules report their number of subjects", () => {
    const report = evaluatePlan(plans.production, config, { today: TODAY });
    expect(ruleOf(report, "require-ingress-tls")).toMatchObject({ outcome: "not-applicable", subjects: 0 });
    expect(ruleOf(report, "require-pinned-images")).toMatchObject({ outcome: "satisfied" });
    expect(ruleOf(report, "require-pinned-images").subjects).toBeGreaterThanOrEqual(4);
  });
});

describe("a violation", () => {
  test("blocks if its rule is mandatory, and reports resource, path, message and remedy", () => {
    const report = evaluatePlan(planWithFloatingTag(), config, { today: TODAY });
    const { rule, level, outcome, findings } = ruleOf(report, "require-pinned-images");
    expect(report.blocked).toBe(true);
    expect([level, outcome]).toEqual(["mandatory", "violated"]);
    expect(findings).toEqual([
      {
        kind: "violation",
        resource: expect.stringMatching(/^urn:pulumi:production::.*::gateway-deployment$/),
        subject: "kubernetes:apps/v1:Deployment::gateway-deployment",
        path: "spec.template.spec.containers[0].image",
        message: "image docker.io/library/nginx:latest has no exact version",
      },
    ]);
    expect(rule.explanation).not.toBe("");
    expect(rule.remediation).not.toBe("");
  });

  test("does not block if its rule is advisory", () => {
    const draft = new DraftPlan(plans.local);
    draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
    const report = evaluatePlan(draft.plan, config, { purpose: "deploy", today: TODAY });
    expect([report.blocked, ruleOf(report, "require-pinned-images").level]).toEqual([false, "advisory"]);
  });
});

describe("a waiver", () => {
  test("covers its rule and resource, and is reported", () => {
    const report = evaluatePlan(planWithFloatingTag(), withWaivers(WAIVER), { today: TODAY });
    const { outcome, findings } = ruleOf(report, "require-pinned-images");
    expect([report.blocked, outcome]).toEqual([false, "waived"]);
    expect(findings[0]?.waiver).toEqual(WAIVER);
    expect(report.waivers).toEqual([{ waiver: WAIVER, state: "used" }]);
  });

  test("does not cover another resource", () => {
    const report = evaluatePlan(planWithFloatingTag({ redis: true }), withWaivers(WAIVER), { today: TODAY });
    expect([report.blocked, ruleOf(report, "require-pinned-images").outcome]).toEqual([true, "violated"]);
  });

  test("does not cover another rule", () => {
    const other = { ...WAIVER, rule: "require-game-server-image-digest" };
    expect(evaluatePlan(planWithFloatingTag(), withWaivers(other), { today: TODAY }).blocked).toBe(true);
  });

  test("does not cover another environment and is not reported there", () => {
    const other = { ...WAIVER, environment: "staging" } as const;
    const report = evaluatePlan(planWithFloatingTag(), withWaivers(other), { today: TODAY });
    expect([report.blocked, report.waivers]).toEqual([true, []]);
  });

  test("that has expired covers nothing and blocks, even without a violation", () => {
    const expired = { ...WAIVER, expires: "2026-03-14" };
    const bad = evaluatePlan(planWithFloatingTag(), withWaivers(expired), { today: TODAY });
    expect([bad.blocked, ruleOf(bad, "require-pinned-images").outcome]).toEqual([true, "violated"]);
    const good = evaluatePlan(plans.production, withWaivers(expired), { today: TODAY });
    expect([good.blocked, good.waivers[0]?.state]).toEqual([true, "expired"]);
  });

  test("that is unused is reported and does not block", () => {
    const report = evaluatePlan(plans.production, withWaivers(WAIVER), { today: TODAY });
    expect([report.blocked, report.waivers[0]?.state]).toEqual([false, "unused"]);
  });
});
