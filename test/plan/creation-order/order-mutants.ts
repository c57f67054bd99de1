import { CreationOrder } from "../../../plan/creation-order.ts";
import {
  type Dependencies,
  GENERATED_PREFIX,
  type Json,
  type Plan,
  type PlannedResource,
} from "../../../plan/plan.ts";
import { ORDER_RULES } from "./order-rules.ts";

/** A plan without one edge of its creation order. */
export interface OrderMutant {
  readonly description: string;
  /** The name of the resource. */
  readonly resource: string;
  readonly plan: Plan;
}

const NO_DEPENDENCIES: Dependencies = { provider: null, direct: [], properties: {} };

/**
 * One mutant without each `dependsOn` option, and one with a literal in place of each input that is an output and that the program could
 * also write as a literal, because no provider computes it.
 */
export function createOrderMutants(plan: Plan): OrderMutant[] {
  return plan.resources.flatMap((resource) => {
    const { dependencies = NO_DEPENDENCIES } = resource;
    const inputs = Object.values(dependencies.properties).flat();
    const mutate = (description: string, changed: Dependencies): OrderMutant => ({
      description: `${plan.environment}: ${resource.name} ${description}`,
      resource: resource.name,
      plan: replaceDependencies(plan, resource, changed),
    });
    const withoutDependsOn =
      resource.dependsOn.length === 0
        ? []
        : [mutate("without dependsOn", { ...dependencies, direct: [...new Set(inputs)] })];
    const explicit = dependencies.direct.filter(
      (urn) => !inputs.includes(urn) || expandUrns(plan, resource.dependsOn).has(urn),
    );
    const literals = Object.keys(dependencies.properties).filter(
      (property) => !isComputed(plan, resource.inputs[property]),
    );
    const withLiterals = literals.map((property) => {
      const { [property]: _, ...properties } = dependencies.properties;
      const direct = [...new Set([...explicit, ...Object.values(properties).flat()])];
      return mutate(`with a literal as ${property}`, { ...dependencies, properties, direct });
    });
    return [...withoutDependsOn, ...withLiterals];
  });
}

function isComputed({ resources }: Plan, value: Json | undefined): boolean {
  const text = JSON.stringify(value ?? null);
  if (text.includes(GENERATED_PREFIX) || text.includes("[secret")) return true;
  return resources.some(({ name, custom }) => custom && text.includes(`"${name}-id"`));
}

function replaceDependencies(plan: Plan, { urn }: PlannedResource, dependencies: Dependencies): Plan {
  const resources = plan.resources.map((other) => (other.urn === urn ? { ...other, dependencies } : other));
  return { ...plan, resources };
}

/** The URNs with the children of components, as the SDK sends them. */
function expandUrns({ resources }: Plan, urns: readonly string[]): ReadonlySet<string> {
  const found = new Set(urns);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { urn, parent } of resources) if (parent !== null && found.has(parent)) found.add(urn);
  }
  return found;
}

/** Edges that no resource needs, by resource, with the reason why they are there. */
export const UNNEEDED_DEPENDS_ON: Readonly<Record<string, string>> = {
  admission:
    "policies of the whole cluster; they wait for the namespaces only to appear with what they judge",
  alarms: "names of what is watched order its alarms; those of the network need no database",
  redis: "a managed Redis gets the options of one in the cluster",
  postgres: "a managed database gets the options of one in the cluster",
  "cluster-network-nat-address": "an address gets the options of its NAT gateway",
};

export interface MutantVerdict {
  readonly description: string;
  /** `equivalent`: the order is the same without the edge, because others imply it, or nothing needs the edge. */
  readonly verdict: "noticed" | "unnoticed" | "equivalent";
}

/** Judges every mutant of a plan with the order rules. */
export function judgeOrderMutants(plan: Plan): MutantVerdict[] {
  const pairs = ORDER_RULES.flatMap(({ pairs: find }) => find(plan));
  const whole = new CreationOrder(plan);
  const custom = plan.resources.filter((resource) => resource.custom);
  const customUrns = new Set(custom.map(({ urn }) => urn));
  const count = (order: CreationOrder): number =>
    custom.reduce(
      (sum, { urn }) =>
        sum + [...order.precedingUrns(urn)].filter((preceding) => customUrns.has(preceding)).length,
      0,
    );
  const wholeCount = count(whole);
  return createOrderMutants(plan).map(({ description, resource, plan: mutated }) => {
    const order = new CreationOrder(mutated);
    if (pairs.some(({ later, earlier }) => !order.isAfter(later, earlier)))
      return { description, verdict: "noticed" };
    const isNeeded = !(resource in UNNEEDED_DEPENDS_ON) && count(order) !== wholeCount;
    return { description, verdict: isNeeded ? "unnoticed" : "equivalent" };
  });
}
