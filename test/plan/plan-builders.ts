import type { Environment } from "../../components/shared/environments.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "../../plan/plan.ts";
import { planOf } from "../support/plans.ts";

const ROOT = "urn:pulumi:local::spacetime-vr::pulumi:pulumi:Stack::spacetime-vr-local";

/** A hand-written resource of a plan; its parent is the stack by default. */
export function createResource(
  type: string,
  name: string,
  inputs: JsonObject = {},
  other: Partial<PlannedResource> = {},
): PlannedResource {
  const urn = `urn:pulumi:local::spacetime-vr::${type}::${name}`;
  return { urn, type, name, parent: ROOT, custom: true, protect: false, dependsOn: [], inputs, ...other };
}

/** A Kubernetes object; `api` has the format of the type token, such as `core/v1`. */
export function createObject(
  api: string,
  kind: string,
  name: string,
  rest: { readonly [field: string]: Json } = {},
  namespace: string | null = "game",
): PlannedResource {
  const metadata = { name, ...(namespace === null ? {} : { namespace }), ...(rest.metadata as JsonObject) };
  const apiVersion = api.replace(/^core\//, "");
  return createResource(`kubernetes:${api}:${kind}`, `${name}-${kind.toLowerCase()}`, {
    apiVersion,
    kind,
    ...rest,
    metadata,
  });
}

/** A plan with the given resources and their stack. */
export function createPlan(...resources: readonly PlannedResource[]): Plan {
  const stack = createResource(
    "pulumi:pulumi:Stack",
    "spacetime-vr-local",
    {},
    { urn: ROOT, parent: null, custom: false },
  );
  return { project: "spacetime-vr", environment: "local", resources: [stack, ...resources], outputs: {} };
}

const labels = (name: string) => ({ "app.kubernetes.io/name": name });

/** A workload with one container and the labels that policies select. */
export function createWorkload(
  kind: "Deployment" | "StatefulSet",
  name: string,
  spec: JsonObject = {},
): PlannedResource {
  const pod = { containers: [{ name, image: `example.com/${name}:1.2.3` }] };
  return createObject("apps/v1", kind, name, {
    spec: {
      replicas: 2,
      selector: { matchLabels: labels(name) },
      template: { metadata: { labels: labels(name) }, spec: pod },
      ...spec,
    },
  });
}

/** A NetworkPolicy that allows peers to connect to a workload. */
export function createNetworkPolicy(name: string, ...ingress: readonly JsonObject[]): PlannedResource {
  return createObject("networking.k8s.io/v1", "NetworkPolicy", name, {
    spec: { podSelector: { matchLabels: labels(name) }, policyTypes: ["Ingress"], ingress },
  });
}

/** A rule that allows a workload of the same namespace. */
export function allowFromWorkload(name: string, ...ports: readonly number[]): JsonObject {
  return {
    from: [{ podSelector: { matchLabels: labels(name) } }],
    ports: ports.map((port) => ({ protocol: "TCP", port })),
  };
}

const committedPlans = new Map<Environment, Promise<Plan>>();

/** The plan of an environment's committed stack file, cached per test file. */
export function committedPlan(environment: Environment): Promise<Plan> {
  const plan = committedPlans.get(environment) ?? planOf(environment);
  committedPlans.set(environment, plan);
  return plan;
}
