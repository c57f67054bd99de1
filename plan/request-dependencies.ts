import * as pulumi from "@pulumi/pulumi";
import type { Dependencies } from "./plan.ts";

/** The parts of a registration request that say what the engine waits for. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (value: { getUrnsList(): string[] }, property: string) => void): void;
  };
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): unknown;
}

/**
 * Records the dependencies of each resource as the SDK sends them to the engine: `dependsOn` with the children of components, and the
 * resources whose outputs are inputs. The mocks do not receive them.
 */
export class RequestDependencies {
  readonly #byKey = new Map<string, Dependencies>();

  /** Records every later registration of the current run; call it after `setMocks`. */
  record(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      this.#byKey.set(`${request.getType()}::${request.getName()}`, dependenciesOf(request));
      return register(request, callback);
    };
  }

  /** The dependencies of a resource, with the URNs that `urnOf` returns for a type and a name. */
  get(type: string, name: string, urnOf: (type: string, name: string) => string): Dependencies {
    const found = this.#byKey.get(`${type}::${name}`);
    if (found === undefined) throw new Error(`${type} "${name}" was not registered.`);
    const translate = (urns: readonly string[]): string[] =>
      [...new Set(urns.map((urn) => urnOf(...typeAndNameOf(urn))))].sort();
    const { provider, direct, properties } = found;
    return {
      provider: provider === null ? null : (translate([provider])[0] ?? null),
      direct: translate(direct),
      properties: Object.fromEntries(
        Object.entries(properties).map(([property, urns]) => [property, translate(urns)]),
      ),
    };
  }
}

function dependenciesOf(request: RegisterRequest): Dependencies {
  const provider = request.getProvider();
  const properties: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((value, property) => {
    const urns = value.getUrnsList();
    if (urns.length > 0) properties[property] = urns;
  });
  return {
    // A provider is referenced as `URN::ID`.
    provider: provider === "" ? null : provider.split("::").slice(0, -1).join("::"),
    direct: request.getDependenciesList(),
    properties,
  };
}

/** The URNs of mocks have only the type of the parent, so resources are identified by type and name. */
function typeAndNameOf(urn: string): [string, string] {
  const parts = urn.split("::");
  return [parts[2]?.split("$").at(-1) ?? "", parts.slice(3).join("::")];
}
