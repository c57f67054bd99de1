import { createRequire, Module } from "node:module";

/** A module that `from` requires at its start and that a plan does not use. */
interface DeferredModule {
  /** A package of this product. */
  readonly from: string;
  /** As `from` would resolve it. */
  readonly name: string;
}

/**
 * TypeScript (9 MB) and the npm client serve only to serialize functions (dynamic providers, AWS callbacks), and the second version
 * of the dashboard schema only Grafana's newest API. The SDKs load them anyway, which takes a third of the first plan's time.
 */
const DEFERRED_MODULES: readonly DeferredModule[] = [
  { from: "@pulumi/pulumi", name: "@pulumi/pulumi/typescript-shim.js" },
  { from: "@pulumi/pulumi", name: "@npmcli/arborist" },
  { from: "@grafana/grafana-foundation-sdk/cog", name: "@grafana/grafana-foundation-sdk/dashboardv2" },
  { from: "@grafana/grafana-foundation-sdk/cog", name: "@grafana/grafana-foundation-sdk/dashboardv2beta1" },
];

/** Loads some modules of the SDKs at their first use instead of at the start. Must be called before the SDKs are loaded. */
export function deferModuleLoading(modules: readonly DeferredModule[] = DEFERRED_MODULES): void {
  const root = createRequire(import.meta.url);
  for (const { from, name } of modules) {
    const file = resolveFrom(root, from, name);
    if (file !== undefined && root.cache[file] === undefined) root.cache[file] = createDeferredModule(file);
  }
}

/** Undefined if the package is not installed, or has no such module in this version: then nothing is deferred. */
function resolveFrom(root: NodeJS.Require, from: string, name: string): string | undefined {
  try {
    return createRequire(root.resolve(from)).resolve(name);
  } catch {
    return undefined;
  }
}

function createDeferredModule(file: string): NodeJS.Module {
  let loaded: Record<PropertyKey, unknown> | undefined;
  const load = (): Record<PropertyKey, unknown> => {
    if (loaded === undefined) {
      // Not through the cache, which has the deferred module.
      const actual = new Module(file);
      actual.filename = file;
      (actual as unknown as { load: (path: string) => void }).load(file);
      loaded = actual.exports as Record<PropertyKey, unknown>;
    }
    return loaded;
  };
  const deferred = new Module(file);
  deferred.filename = file;
  deferred.loaded = true;
  deferred.exports = new Proxy(
    {},
    {
      // The compiled import helpers copy a module, and so would load it, unless it says that it is an ES module.
      get: (_, key) => (key === "__esModule" ? true : load()[key]),
      has: (_, key) => key in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Object.getOwnPropertyDescriptor(load(), key);
        // A proxy may not report a property as fixed that its target does not have.
        return found === undefined ? undefined : { ...found, configurable: true };
      },
    },
  );
  return deferred;
}
