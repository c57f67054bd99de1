import * as pulumi from "@pulumi/pulumi";
import { STACK_TYPE } from "./plan.ts";

/** The options of a resource, which the mocks do not receive. */
interface Registration {
  readonly urn: string;
  readonly parent: string;
  readonly protect: boolean;
  readonly dependsOn: readonly string[];
}

/** The URN of the stack itself. */
export function stackUrn(project: string, stack: string): string {
  return `urn:pulumi:${stack}::${project}::${STACK_TYPE}::${project}-${stack}`;
}

function childUrn(parent: string, type: string, name: string): string {
  const [, , parentTypes] = parent.split("::");
  const stackAndProject = parent.split("::").slice(0, 2).join("::");
  const qualified = parentTypes === undefined || parentTypes === STACK_TYPE ? type : `${parentTypes}$${type}`;
  return `${stackAndProject}::${qualified}::${name}`;
}

function toResources(dependsOn: unknown): pulumi.Resource[] {
  const list = Array.isArray(dependsOn) ? dependsOn : dependsOn === undefined ? [] : [dependsOn];
  return list.map((dependency) => {
    if (pulumi.Resource.isInstance(dependency)) return dependency;
    throw new Error("dependsOn must list resources directly: a plan cannot resolve an Output of resources.");
  });
}

/**
 * Records the resources of one program run. URNs contain the types of all parents, but the mocks of the SDK do not receive
 * the parent, so it is recorded here from the constructor's options.
 */
export class Registrations {
  readonly #root: string;
  readonly #byResource = new Map<pulumi.Resource, Registration>();
  readonly #byTypeAndName = new Map<string, Registration>();

  constructor(root: string) {
    this.#root = root;
  }

  /** A stack transformation that only records. */
  readonly record = (args: pulumi.ResourceTransformationArgs): undefined => {
    const { parent, protect, dependsOn } = args.opts;
    const parentUrn = parent === undefined ? this.#root : (this.#byResource.get(parent)?.urn ?? this.#root);
    const registration = {
      urn: childUrn(parentUrn, args.type, args.name),
      parent: parentUrn,
      protect: protect === true,
      dependsOn: toResources(dependsOn)
        .map((resource) => this.#byResource.get(resource)?.urn ?? this.#root)
        .sort(),
    };
    const key = `${args.type}::${args.name}`;
    if (this.#byTypeAndName.has(key)) {
      throw new Error(
        `Two resources of type ${args.type} have the name "${args.name}"; names must be unique.`,
      );
    }
    this.#byTypeAndName.set(key, registration);
    this.#byResource.set(args.resource, registration);
    return undefined;
  };

  /** The registration of the resource with this type and name. */
  get(type: string, name: string): Registration {
    const registration = this.#byTypeAndName.get(`${type}::${name}`);
    if (registration === undefined) throw new Error(`${type} "${name}" has no recorded registration.`);
    return registration;
  }
}
