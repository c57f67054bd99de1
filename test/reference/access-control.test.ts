import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Grant, listGrants } from "../../plan/access-control.ts";
import type { Plan } from "../../plan/plan.ts";
import { ACCESS_CONTROL_FILE, renderAccessControl } from "../support/docs/access-control.ts";
import { planOf } from "../support/plans.ts";

let plan: Plan;
let grants: readonly Grant[];
beforeAll(async () => {
  plan = await planOf("production");
  grants = listGrants(plan);
});

describe("the access-control matrix of production", () => {
  test("docs/reference/access-control.md is current (npm run docs updates it)", () => {
    expect(readFileSync(ACCESS_CONTROL_FILE, "utf8")).toBe(renderAccessControl(plan));
  });

  test("every binding and every policy statement of the plan is listed", () => {
    const count = (pattern: RegExp) => plan.resources.filter(({ type }) => pattern.test(type)).length;
    const of = (system: Grant["system"]) => grants.filter((grant) => grant.system === system);
    expect(of("Kubernetes").length).toBeGreaterThanOrEqual(count(/rbac.*Binding$/));
    expect(of("IAM").length).toBeGreaterThanOrEqual(count(/iam\/rolePolic/));
    expect(of("EKS").length).toBeGreaterThanOrEqual(count(/eks\/accessPolicyAssociation/));
    expect(grants.filter(({ subject, actions }) => subject === "" || actions === "")).toEqual([]);
  });

  test("no Kubernetes role of the deployment reads Secrets or contains a wildcard", () => {
    const risky = grants.filter(
      ({ system, actions }) => system === "Kubernetes" && /\bsecrets\b|\*/.test(actions),
    );
    expect(risky).toEqual([]);
  });

  test("a role whose pods are unknown is attributed to the service that may assume it", () => {
    const subjects = new Set(grants.filter(({ system }) => system === "IAM").map(({ subject }) => subject));
    expect([...subjects].filter((subject) => subject.startsWith("AWS as"))).toEqual([]);
    expect([...subjects]).toContain("pods of spacetime-nodes/fluent-bit");
  });

  test("a removed permission disappears, and an added one appears", () => {
    const role = plan.resources.find(({ name }) => name === "namespaces-spacetime-observer");
    const changed = structuredClone(plan) as unknown as {
      resources: { name: string; inputs: Record<string, unknown> }[];
    };
    const copy = changed.resources.find(({ name }) => name === role?.name);
    if (copy === undefined) throw new Error("no role");
    copy.inputs.rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
    const after = listGrants(changed as unknown as Plan).filter(
      ({ subject, scope }) => subject.startsWith("Group") && scope === "spacetime",
    );
    expect(after.map(({ actions }) => actions)).toEqual(["get: secrets"]);
  });
});
