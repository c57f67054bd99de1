import type { Environment } from "../components/shared/environments.ts";
import { formatPath, InputNode, type OnRead, type PolicyResource } from "./input-node.ts";

/** The thresholds and allowed values of rules, from policy/config.yaml. */
export interface PolicyParameters {
  /** Minimum number of pods of the gateway and of each game-server pool in production. */
  readonly replicaFloor: number;
  /** Maximum lifetime of a server certificate, in days. */
  readonly certificateDays: number;
  /** Minimum backup retention of managed databases, in days. */
  readonly backupDays: number;
  /** Minimum retention of log groups, in days. */
  readonly logDays: number;
  /** The most that an environment may cost a month at known list prices, in USD. */
  readonly monthlyBudgetUsd: Readonly<Partial<Record<Environment, number>>>;
  /** The allowed AWS regions. */
  readonly regions: readonly string[];
  /** The tags that every AWS resource must have. */
  readonly requiredTags: readonly string[];
  /** The allowed instance families of managed databases and caches, by environment. */
  readonly storeFamilies: Readonly<Partial<Record<Environment, readonly string[]>>>;
}

/** The input of a rule: the resources of a deployment, and the parameters. */
export interface PolicyContext {
  readonly environment: Environment;
  readonly parameters: PolicyParameters;
  /** The inputs of all resources. */
  readonly resources: readonly InputNode[];
  /** The Kubernetes objects of the given kinds, in any API version. */
  ofKind(...kinds: readonly string[]): readonly InputNode[];
  /** The resources of a Pulumi type. */
  ofType(type: string): readonly InputNode[];
  /** The Kubernetes object of a kind with this name in this namespace. */
  findByName(kind: string, namespace: string | undefined, name: string): InputNode | undefined;
  /** Runs a function of a rule, and returns its result with the unknown values that it read. */
  trackUnknowns<Result>(run: () => Result): {
    readonly result: Result;
    readonly unknown: readonly InputNode[];
  };
}

/** The options of `createContext`. */
export interface ContextOptions {
  readonly environment: Environment;
  readonly parameters: PolicyParameters;
  readonly resources: readonly PolicyResource[];
  /** Called for every value that a rule reads; used by tests. */
  readonly onRead?: OnRead;
}

/** The kind of a Kubernetes object, from its type token; undefined for other resources. */
function kindOf(type: string): string | undefined {
  const [provider, group, kind] = type.split(":");
  return provider === "kubernetes" && group !== undefined ? kind : undefined;
}

/** The objects of a kind by namespace and name, and the objects whose namespace or name is unknown until apply. */
interface ObjectIndex {
  readonly byName: ReadonlyMap<string, InputNode>;
  readonly unresolved: readonly InputNode[];
}

function indexByName(objects: readonly InputNode[]): ObjectIndex {
  const known = new Map<string, InputNode>();
  const unclear: InputNode[] = [];
  for (const object of objects) {
    // These reads are not recorded, because no rule depends on them yet; findInIndex records them on lookup.
    const { resource } = object;
    const metadata = new InputNode(resource, [], resource.inputs, () => undefined).at("metadata");
    const [namespace, name] = [metadata.at("namespace"), metadata.at("name")];
    if (namespace.unknown || name.unknown) unclear.push(object);
    else known.set(`${namespace.text}/${name.text}`, object);
  }
  return { byName: known, unresolved: unclear };
}

/** Looks up an object, and records the namespaces and names that decide the result as read. */
function findInIndex({ byName, unresolved }: ObjectIndex, key: string): InputNode | undefined {
  const found = byName.get(key);
  for (const object of found === undefined ? unresolved : [found]) {
    for (const part of ["namespace", "name"]) object.at("metadata", part).markRead();
  }
  return found;
}

/** Creates the context of a deployment. The resources are grouped once, so that rules do not each scan all of them. */
export function createContext(deployment: ContextOptions): PolicyContext {
  let noticed = new Map<string, InputNode>();
  const onRead: OnRead = (node) => {
    deployment.onRead?.(node);
    if (node.unknown) noticed.set(`${node.resource.urn} ${formatPath(node.path)}`, node);
  };
  const nodes = deployment.resources.map((resource) => new InputNode(resource, [], resource.inputs, onRead));
  const byKind = Map.groupBy(nodes, ({ resource }) => kindOf(resource.type));
  const byType = Map.groupBy(nodes, ({ resource }) => resource.type);
  const names = new Map<string, ObjectIndex>();
  const namesOfKind = (kind: string): ObjectIndex => {
    const made = names.get(kind) ?? indexByName(byKind.get(kind) ?? []);
    names.set(kind, made);
    return made;
  };
  return {
    environment: deployment.environment,
    parameters: deployment.parameters,
    resources: nodes,
    ofKind: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
    ofType: (type) => byType.get(type) ?? [],
    findByName: (kind, namespace, name) => findInIndex(namesOfKind(kind), `${namespace}/${name}`),
    trackUnknowns: (run) => {
      noticed = new Map();
      const result = run();
      return { result, unknown: [...noticed.values()] };
    },
  };
}
