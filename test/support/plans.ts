import type { RawConfig } from "../../components/config/config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../components/shared/environments.ts";
import program from "../../index.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";

/** The values of a stack file, which a test may change. */
// biome-ignore lint/suspicious/noExplicitAny: a test changes any value of any depth, valid or not
export type Draft = Record<string, any>;

/** The committed stack file of an environment, with changes of a test. */
export function readRawConfig(
  environment: Environment,
  change: (values: Draft) => void = () => undefined,
): RawConfig {
  const committed = readStackFile(process.cwd(), environment);
  const values = structuredClone(committed.values) as Draft;
  change(values);
  return { ...committed, values };
}

const cachedPlans = new Map<Environment, Promise<Plan>>();

/** Plans the committed stack file of an environment with changes of a test; the unchanged plan is cached per test file. */
export async function planOf(environment: Environment, change?: (values: Draft) => void): Promise<Plan> {
  if (change !== undefined) return planUncached(environment, change);
  const plan = cachedPlans.get(environment) ?? planUncached(environment);
  cachedPlans.set(environment, plan);
  return structuredClone(await plan);
}

/** Plans without the cache. */
export function planUncached(environment: Environment, change?: (values: Draft) => void): Promise<Plan> {
  return planEnvironment(program, readRawConfig(environment, change));
}

/** The parts of a planned Kubernetes object that tests read. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Every Kubernetes object of a plan, by `Kind/namespace/name`. */
export function kubernetesObjects(plan: Plan): Map<string, KubernetesObject> {
  const objects = plan.resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as KubernetesObject);
  return new Map(objects.map((object) => [objectKey(object), object]));
}

function objectKey({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

/** The only resource of a plan with this Pulumi name and type suffix. */
export function findResource(plan: Plan, name: string): PlannedResource {
  const found = plan.resources.filter((resource) => resource.name === name);
  const [resource] = found;
  if (resource === undefined || found.length > 1)
    throw new Error(`Expected one resource named ${name}, found ${found.length}.`);
  return resource;
}

/** The pod template of every workload of a plan, by `Kind/name`. */
export function podTemplates(plan: Plan): Map<string, Json> {
  const workloads = plan.resources.filter(({ type }) => /:(Deployment|StatefulSet)$/.test(type));
  return new Map(
    workloads.map(({ inputs }) => {
      const { kind, metadata, spec } = inputs as { kind: string; metadata: JsonObject; spec: JsonObject };
      return [`${kind}/${metadata.name}`, spec.template ?? null];
    }),
  );
}

/** The sorted keys whose values differ between two maps. */
export function findChangedKeys(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
}
