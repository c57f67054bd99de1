import { describe, expect, test } from "@jest/globals";
import { AdmissionPolicies } from "../../components/admission/admission-policies.ts";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { readRawConfig } from "../support/plans.ts";
import { ADMISSION_CASES, GAME_IMAGE, type Manifest } from "./admission-cases.ts";

/** The admission objects of an environment, by kind and name. */
async function admissionObjects(environment: Environment): Promise<ReadonlyMap<string, Manifest>> {
  const program = (): Record<string, unknown> => {
    new AdmissionPolicies("admission", { environment, gameImage: GAME_IMAGE, apiClients: [] });
    return {};
  };
  const { resources } = await planEnvironment(program, readRawConfig(environment));
  const objects = resources.map(({ inputs }) => inputs as Manifest).filter(({ kind }) => kind !== undefined);
  return new Map(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}

const POLICY_NAMES = ["cron-jobs", "pods", "workloads"].map((name) => `spacetime-vr-${name}`);

describe.each([...ENVIRONMENTS])("the admission policies of %s", (environment) => {
  test("are bound, fail closed and look at our namespaces alone", async () => {
    const objects = await admissionObjects(environment);
    expect([...objects.keys()].sort()).toEqual(
      ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"].flatMap((kind) =>
        POLICY_NAMES.map((name) => `${kind}/${name}`),
      ),
    );
    for (const name of POLICY_NAMES) {
      const { spec } = objects.get(`ValidatingAdmissionPolicy/${name}`) ?? {};
      expect(spec.failurePolicy).toBe("Fail");
      expect(spec.matchConstraints.namespaceSelector.matchExpressions).toEqual([
        {
          key: "kubernetes.io/metadata.name",
          operator: "In",
          values: ["spacetime", "spacetime-monitoring", "spacetime-backup", "spacetime-nodes"],
        },
      ]);
      expect(objects.get(`ValidatingAdmissionPolicyBinding/${name}`)?.spec.policyName).toBe(name);
    }
  });

  test("refuse, except on a developer's own cluster, where they warn and debug ports are nobody's business", async () => {
    const objects = await admissionObjects(environment);
    const isLocal = environment === "local";
    const actions = objects.get("ValidatingAdmissionPolicyBinding/spacetime-vr-pods")?.spec.validationActions;
    expect(actions).toEqual(isLocal ? ["Audit", "Warn"] : ["Deny"]);
    const { validations } = objects.get("ValidatingAdmissionPolicy/spacetime-vr-pods")?.spec ?? {};
    const messages: string[] = validations.map(({ message }: { message: string }) => message);
    expect(messages.some((message) => message.includes("debug ports"))).toBe(!isLocal);
  });
});

describe("the expressions", () => {
  test("ask for a field before they read it, so that a refusal is about the object", async () => {
    const objects = await admissionObjects("production");
    const optional = [
      "image",
      "ports",
      "resources",
      "securityContext",
      "readOnlyRootFilesystem",
      "projected",
    ];
    for (const name of POLICY_NAMES) {
      const { validations, variables } = objects.get(`ValidatingAdmissionPolicy/${name}`)?.spec ?? {};
      for (const { expression } of [...validations, ...variables]) {
        const read = optional.filter((field) => new RegExp(`\\b[cvs]\\.${field}\\b`).test(expression));
        for (const field of read) expect(expression).toMatch(new RegExp(`has\\([^()]*\\.${field}\\)`));
      }
    }
  });

  test("are tried on a real API server, each by an object that is let in and one that is refused", () => {
    const refusals = ADMISSION_CASES.flatMap(({ denialMessage }) => denialMessage ?? []);
    const asked = ["every image", "by digest", "debug ports", "a token", "request CPU", "root file system"];
    for (const words of asked) expect(refusals.some((refusal) => refusal.includes(words))).toBe(true);
    expect(ADMISSION_CASES.some(({ denialMessage }) => denialMessage === undefined)).toBe(true);
  });
});
