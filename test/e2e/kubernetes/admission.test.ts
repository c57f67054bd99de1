import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AdmissionPolicies } from "../../../components/admission/admission-policies.ts";
import { Namespaces } from "../../../components/cluster/namespaces.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { NAMESPACES } from "../../../components/shared/kubernetes/namespaces.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import {
  ADMISSION_CASES,
  deployment,
  GAME_IMAGE,
  type Manifest,
  pod,
} from "../../admission/admission-cases.ts";
import { readRawConfig } from "../../support/plans.ts";
import { eventually } from "../../support/ports.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;

/** The API server needs moments to load new policies and admits everything until then. */
const POLICY_EFFECT_TIMEOUT_SECONDS = 60;

let plane: ControlPlane;

/** The namespaces and admission policies of an environment, for `kubectl apply`. */
async function renderAdmission(environment: Environment): Promise<Manifest> {
  const program = (): Record<string, unknown> => {
    new Namespaces("namespaces", { environment, namespaces: NAMESPACES, hasReadinessGates: false });
    new AdmissionPolicies("admission", { environment, gameImage: GAME_IMAGE, apiClients: [] });
    return {};
  };
  const { resources } = await planEnvironment(program, readRawConfig(environment));
  const kinds = ["Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
  const items = kinds.flatMap((kind) =>
    resources.map(({ inputs }) => inputs).filter((inputs) => inputs.kind === kind),
  );
  return { apiVersion: "v1", kind: "List", items };
}

const apply = (object: Manifest, ...options: readonly string[]): Promise<string> =>
  plane.kubectl(["apply", "--server-side", "--filename", "-", ...options], object);

const applyDryRun = (object: Manifest): Promise<string> => apply(object, "--dry-run=server");

const isRejected = (object: Manifest): Promise<boolean> =>
  applyDryRun(object).then(
    () => false,
    () => true,
  );

const createUnpinnedDeployment = (): Manifest => {
  const object = deployment();
  object.spec.template.spec.containers[0].image = "docker.io/library/nginx:latest";
  return object;
};

/** Deployed before the policies. */
const existingDeployment = createUnpinnedDeployment();

beforeAll(async () => {
  plane = await startControlPlane();
  const production = await renderAdmission("production");
  const namespaces = production.items.filter(({ kind }: Manifest) => kind === "Namespace");
  await apply({ ...production, items: namespaces });
  await apply(existingDeployment);
  await apply(production);
  await eventually("the policies take effect", POLICY_EFFECT_TIMEOUT_SECONDS, async () =>
    (await isRejected(createUnpinnedDeployment())) ? true : undefined,
  );
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  if (plane?.existing) {
    const policies = ["validatingadmissionpolicies", "validatingadmissionpolicybindings"];
    await plane.kubectl([
      "delete",
      policies.join(","),
      "--selector",
      "app.kubernetes.io/part-of=spacetime-vr",
    ]);
  }
  await plane?.stop();
});

describe("objects that are applied with kubectl instead of the CLI", () => {
  test("the API server reports no type error in the policies' expressions", async () => {
    // The controller type-checks the policies one after the other.
    const ours = await eventually("the type checking of all policies", 30, async () => {
      const listed = await plane.kubectl(["get", "validatingadmissionpolicies", "--output", "json"]);
      const policies: Manifest[] = JSON.parse(listed).items.filter(({ metadata }: Manifest) =>
        metadata.name.startsWith("spacetime-vr-"),
      );
      return policies.every(({ status }) => status?.typeChecking !== undefined) ? policies : undefined;
    });
    expect(ours).toHaveLength(3);
    expect(ours.map(({ status }: Manifest) => status.typeChecking)).toEqual([{}, {}, {}]);
  });

  test.each(ADMISSION_CASES.filter(({ denialMessage }) => denialMessage === undefined))(
    "$title is admitted",
    async ({ object }) => {
      await expect(applyDryRun(object)).resolves.toContain("serverside-applied");
    },
  );

  test.each(ADMISSION_CASES.filter(({ denialMessage }) => denialMessage !== undefined))(
    "$title is rejected",
    async ({ object, denialMessage = "" }) => {
      await expect(applyDryRun(object)).rejects.toThrow(denialMessage);
    },
  );

  test("an ephemeral container also requires a pinned image", async () => {
    const target = pod();
    await apply(target);
    const { name } = target.metadata;
    const debug = (image: string): Promise<string> =>
      plane.kubectl(["debug", name, "--namespace", "spacetime", "--profile", "restricted", "--image", image]);
    await expect(debug("docker.io/library/busybox:latest")).rejects.toThrow("never latest");
    await expect(debug("docker.io/library/busybox:1.37.0")).resolves.toBeDefined();
  });

  test("an existing violation can be labelled and deleted, but not updated to another violation", async () => {
    const { name, namespace } = existingDeployment.metadata;
    const edit = (...args: readonly string[]): Promise<string> =>
      plane.kubectl([...args, "--namespace", namespace]);
    await expect(edit("label", "deployment", name, "seen=yes")).resolves.toContain("labeled");
    const image = "main=docker.io/library/nginx:stable";
    await expect(edit("set", "image", `deployment/${name}`, image)).rejects.toThrow("never latest");
    await expect(edit("delete", "deployment", name)).resolves.toContain("deleted");
  });

  test("objects in other namespaces are admitted", async () => {
    const object = createUnpinnedDeployment();
    object.metadata.namespace = "default";
    await expect(applyDryRun(object)).resolves.toContain("serverside-applied");
  });
});

test("in local the same object is admitted", async () => {
  await apply(await renderAdmission("local"));
  await eventually("the weaker policies take effect", POLICY_EFFECT_TIMEOUT_SECONDS, async () =>
    (await isRejected(createUnpinnedDeployment())) ? undefined : true,
  );
  await expect(applyDryRun(createUnpinnedDeployment())).resolves.toContain("serverside-applied");
});
