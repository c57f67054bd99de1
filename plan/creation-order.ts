import type { Plan, PlannedResource } from "./plan.ts";

/**
 * The order in which the engine can create the resources of a plan: a resource waits for its dependencies, the resources behind its
 * inputs, its provider, and whatever its parents wait for, because it is registered after them.
 */
export class CreationOrder {
  readonly #byUrn: ReadonlyMap<string, PlannedResource>;
  readonly #closures = new Map<string, ReadonlySet<string>>();

  constructor({ resources }: Plan) {
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  /** Whether `later` cannot be created before `earlier` has been. */
  isAfter(later: PlannedResource, earlier: PlannedResource): boolean {
    return this.precedingUrns(later.urn).has(earlier.urn);
  }

  /** Everything that exists before the resource is created. */
  precedingUrns(urn: string): ReadonlySet<string> {
    const known = this.#closures.get(urn);
    if (known !== undefined) return known;
    const found = new Set<string>();
    // A cycle would not be a program that runs; the entry prevents an endless recursion all the same.
    this.#closures.set(urn, found);
    for (const direct of this.#directUrns(urn)) {
      found.add(direct);
      for (const preceding of this.precedingUrns(direct)) found.add(preceding);
    }
    return found;
  }

  #directUrns(urn: string): readonly string[] {
    const resource = this.#byUrn.get(urn);
    if (resource === undefined) return [];
    const { parent, dependencies } = resource;
    return [
      ...(parent === null ? [] : [parent]),
      ...(dependencies === undefined || dependencies.provider === null ? [] : [dependencies.provider]),
      ...(dependencies?.direct ?? []),
      ...Object.values(dependencies?.properties ?? {}).flat(),
    ];
  }
}
