import * as pulumi from "@pulumi/pulumi";

/** The type token of the root resource that the engine gives every stack. */
const STACK_TYPE = "pulumi:pulumi:Stack";

/** What the constructor of a resource knew and its registration does not tell: where it stands and what it waits for. */
export interface Registration {
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
    throw new Error(
      "dependsOn must name resources directly: an Output of resources hides the order from the plan.",
    );
  });
}

/**
 * Watches resources being constructed in one program run. The engine computes URNs from the whole chain of parents; the
 * mock monitor of the SDK is told no parents, so they are recorded here, where the constructor's options are still known.
 */
export class Registrations {
  readonly #root: string;
  readonly #byResource = new Map<pulumi.Resource, Registration>();
  readonly #byTypeAndName = new Map<string, Registration>();

  constructor(root: string) {
    this.#root = root;
  }

  /** A stack transformation: it changes nothing. */
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
        `Two resources of type ${args.type} are named "${args.name}": a resource's name is its identity.`,
      );
    }
    this.#byTypeAndName.set(key, registration);
    this.#byResource.set(args.resource, registration);
    return undefined;
  };

  /** What was recorded of the resource with this type and name. */
  get(type: string, name: string): Registration {
    const registration = this.#byTypeAndName.get(`${type}::${name}`);
    if (registration === undefined)
      throw new Error(`${type} "${name}" was registered without being constructed.`);
    return registration;
  }
}
