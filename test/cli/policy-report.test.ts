import { beforeAll, describe, expect, test } from "@jest/globals";
import { policyReportJson, policyReportText } from "../../cli/policy-report.ts";
import { UNKNOWN } from "../../plan/plan.ts";
import type { PolicyConfig, Waiver } from "../../policy/config.ts";
import { evaluatePlan } from "../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../policy/load-config.ts";
import { DraftPlan } from "../policy/support/draft-plan.ts";
import type { Plans } from "../policy/support/expectations.ts";
import { EXISTING_CLUSTER } from "../policy/support/plan-names.ts";
import { realPlans } from "../policy/support/real-plans.ts";

const TODAY = new Date("2026-03-15T12:00:00Z");
const config = loadPolicyConfig(".");
const WAIVER: Waiver = {
  rule: "require-storage-class",
  environment: "production",
  resource: "kubernetes:apps/v1:StatefulSet::redis-stateful-set",
  owner: "platform team",
  reason: "the old cluster has one class and no name for it",
  expires: "2026-03-31",
};

let plans: Plans;
beforeAll(async () => {
  plans = await realPlans();
});

const reportOf = (change: (draft: DraftPlan) => void, waivers: readonly Waiver[] = []) => {
  const draft = new DraftPlan(plans[EXISTING_CLUSTER]);
  change(draft);
  const policyConfig: PolicyConfig = { ...config, waivers };
  return evaluatePlan(draft.plan, policyConfig, { today: TODAY });
};

const breakRules = (draft: DraftPlan): void => {
  draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
  delete draft.spec("redis-stateful-set").volumeClaimTemplates[0].spec.storageClassName;
  draft.variables.GODOT_ENV = UNKNOWN;
};

const WITHOUT_COLOUR = { colour: false };

describe("the text of a policy report", () => {
  test("is one line for a compliant plan", () => {
    expect(
      policyReportText(
        reportOf(() => undefined),
        WITHOUT_COLOUR,
      ),
    ).toMatch(
      /^production passes the policy \(plan\): \d+ rules, \d+ satisfied, 0 violated, \d+ not applicable\n$/,
    );
  });

  test("names rule, level, resource, path, reason and remedy of a violation, and lists undecided rules and waivers", () => {
    const lines = policyReportText(reportOf(breakRules, [WAIVER]), WITHOUT_COLOUR).split("\n");
    expect(lines.slice(-6, -2)).toEqual([
      "BLOCKS  require-pinned-images (mandatory): Every container image has a registry and an exact version or a digest.",
      "        - kubernetes:apps/v1:Deployment::gateway-deployment spec.template.spec.containers[0].image: image docker.io/library/nginx:latest has no exact version",
      "        Why: A floating tag can point to a different image tomorrow than the one that was tested today.",
      "        Remedy: Write the image as registry/name:1.2.3 or registry/name@sha256:…; components/shared/kubernetes/images.ts pins the product's images.",
    ]);
    expect(lines).toContain(
      "        - kubernetes:core/v1:ConfigMap::game-server-environment data.GODOT_ENV: undecided: unknown until apply, so not evaluated",
    );
    expect(lines).toContain(
      "        - kubernetes:apps/v1:StatefulSet::redis-stateful-set spec.volumeClaimTemplates[0].spec.storageClassName: the claim does not set storageClassName [waived by platform team until 2026-03-31: the old cluster has one class and no name for it]",
    );
    expect(lines.at(-2)).toMatch(
      /^the policy blocks production \(plan\): .* 1 violated, 1 waived, 3 undecided,/,
    );
  });

  test("counts many findings of one rule instead of listing them", () => {
    const text = policyReportText(
      reportOf((draft) => {
        for (const { inputs } of draft.resources) if (inputs.metadata) delete inputs.metadata.labels;
      }),
      WITHOUT_COLOUR,
    );
    expect(text).toMatch(/- and \d{2,} more/);
  });

  test("an expired waiver blocks and an unused waiver is reported", () => {
    const expired = { ...WAIVER, expires: "2026-01-01" };
    expect(
      policyReportText(
        reportOf(() => undefined, [expired]),
        WITHOUT_COLOUR,
      ),
    ).toMatch(/^BLOCKS {2}waiver of require-storage-class .* has expired on 2026-01-01/);
    expect(
      policyReportText(
        reportOf(() => undefined, [WAIVER]),
        WITHOUT_COLOUR,
      ),
    ).toMatch(/is unused. Remove it./);
  });

  test("has colours on a terminal only", () => {
    const report = reportOf(breakRules);
    expect(policyReportText(report, { colour: true })).toContain("\u001b[31m");
    expect(policyReportText(report, WITHOUT_COLOUR)).not.toContain("\u001b");
  });
});

describe("the JSON of a policy report", () => {
  test("has every rule with its checklist items, and whether each finding blocks", () => {
    const json = JSON.parse(JSON.stringify(policyReportJson(reportOf(breakRules, [WAIVER]))));
    expect(json).toMatchObject({ environment: "production", purpose: "plan", blocked: true });
    const byName = new Map(json.rules.map((rule: { rule: string }) => [rule.rule, rule]));
    expect(byName.get("require-pinned-images")).toMatchObject({
      items: ["pre.configuration.images-pinned"],
      level: "mandatory",
      outcome: "violated",
      findings: [{ kind: "violation", blocks: true }],
    });
    expect(byName.get("require-storage-class")).toMatchObject({
      outcome: "waived",
      findings: [{ blocks: false, waiver: { owner: "platform team" } }],
    });
    expect(byName.get("require-environment-name")).toMatchObject({
      outcome: "undecided",
      findings: [{ kind: "unknown", blocks: false }],
    });
    expect(json.waivers).toEqual([{ ...WAIVER, state: "used" }]);
  });
});
