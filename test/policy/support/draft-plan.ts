import type { Plan } from "../../../plan/plan.ts";

/** Mutable inputs of any depth. */
// biome-ignore lint/suspicious/noExplicitAny: a case changes any value of any depth, valid or not
export type Inputs = Record<string, any>;

interface DraftResource {
  urn: string;
  type: string;
  name: string;
  protect: boolean;
  inputs: Inputs;
}

/** A copy of a plan that a case may change. */
export class DraftPlan {
  readonly #plan: Plan;
  resources: DraftResource[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.resources = structuredClone(plan.resources) as unknown as DraftResource[];
  }

  resource(name: string): DraftResource {
    const found = this.resources.filter((resource) => resource.name === name);
    const [resource] = found;
    if (resource === undefined || found.length > 1)
      throw new Error(`${found.length} resources are named ${name}.`);
    return resource;
  }

  inputs(name: string): Inputs {
    return this.resource(name).inputs;
  }

  spec(name: string): Inputs {
    return this.inputs(name).spec;
  }

  /** The pod spec of a Deployment or StatefulSet. */
  pod(name: string): Inputs {
    return this.spec(name).template.spec;
  }

  /** The first container of a Deployment or StatefulSet. */
  container(name: string): Inputs {
    return this.pod(name).containers[0];
  }

  /** The game server's variables without secrets. */
  get variables(): Inputs {
    return this.inputs("game-server-environment").data;
  }

  /** Changes a file of a ConfigMap; throws if the text to replace is missing. */
  replaceInConfigMap(configMap: string, file: string, text: string | RegExp, by: string): void {
    const { data } = this.inputs(configMap);
    const before = data[file];
    data[file] = before.replaceAll(text, by);
    if (data[file] === before) throw new Error(`${file} does not hold ${text}.`);
  }

  remove(name: string): void {
    this.resource(name);
    this.resources = this.resources.filter((resource) => resource.name !== name);
  }

  /** Removes the resources whose types end with one of the texts; without any, all resources. */
  removeTypes(...ends: readonly string[]): void {
    this.resources = this.resources.filter(({ type }) => !ends.some((end) => type.endsWith(end)));
  }

  add(type: string, name: string, inputs: Inputs): void {
    const { environment, project } = this.#plan;
    const urn = `urn:pulumi:${environment}::${project}::${type}::${name}`;
    this.resources.push({ urn, type, name, protect: false, inputs });
  }

  /** Adds a copy of a resource. */
  copy(name: string, copyName: string, change: (inputs: Inputs) => void): void {
    const { type, inputs } = this.resource(name);
    const copied = structuredClone(inputs);
    change(copied);
    this.add(type, copyName, copied);
  }

  get plan(): Plan {
    return { ...this.#plan, resources: this.resources as unknown as Plan["resources"] };
  }
}
