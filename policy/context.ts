import type { Environment } from "../components/shared/environments.ts";
import { formatPath, InputNode, type OnRead, type PolicyResource } from "./input-node.ts";

/**
 * The figures that rules compare with; they stand in policy/config.yaml, where changing one is a reviewed
 * decision.
 */
export interface PolicyParameters {
  /** The fewest pods of the gateway and of a pool of game servers in production. */
  readonly replicaFloor: number;
  /** The most days that a server certificate may be valid. */
  readonly certificateDays: number;
  /** The fewest days over which production's managed database can be taken back. */
  readonly backupDays: number;
  /** The fewest days that production's log groups keep their lines. */
  readonly logDays: number;
  /** AWS regions that resources may stand in. */
  readonly regions: readonly string[];
  /** Tags that everything on AWS bears. */
  readonly requiredTags: readonly string[];
  /** Families of instance classes that managed stores may have, by environment. */
  readonly storeFamilies: Readonly<Partial<Record<Environment, readonly string[]>>>;
}

/** What a rule is given: the deployment and what to hold it against. */
export interface PolicyContext {
  readonly environment: Environment;
  readonly parameters: PolicyParameters;
  /** The inputs of every resource. */
  readonly resources: readonly InputNode[];
  /** The Kubernetes objects of a kind, whatever their API version. */
  ofKind(...kinds: readonly string[]): readonly InputNode[];
  /** The resources of a Pulumi type. */
  ofType(type: string): readonly InputNode[];
  /** The Kubernetes object of a kind with this name in this namespace. */
  findByName(kind: string, namespace: string | undefined, name: string): InputNode | undefined;
  /** Runs a part of a rule and tells which unknown values it looked at. */
  trackUnknowns<Result>(run: () => Result): {
    readonly result: Result;
    readonly unknown: readonly InputNode[];
  };
}

/** What a context is made of. */
export interface ContextOptions {
  readonly environment: Environment;
  readonly parameters: PolicyParameters;
  readonly resources: readonly PolicyResource[];
  /** Learns of every value that rules look at, for tests. */
  readonly onRead?: OnRead;
}

/** The kind of a Kubernetes object by its type token; undefined for everything else. */
function kindOf(type: string): string | undefined {
  const [provider, group, kind] = type.split(":");
  return provider === "kubernetes" && group !== undefined ? kind : undefined;
}

/** The objects of a kind by namespace and name, and those of which one of the two is not known yet. */
interface ObjectIndex {
  readonly byName: ReadonlyMap<string, InputNode>;
  readonly unresolved: readonly InputNode[];
}

function indexByName(objects: readonly InputNode[]): ObjectIndex {
  const known = new Map<string, InputNode>();
  const unclear: InputNode[] = [];
  for (const object of objects) {
    // Looked at without being noticed: which rule needs the name shows only when it asks.
    const { resource } = object;
    const metadata = new InputNode(resource, [], resource.inputs, () => undefined).at("metadata");
    const [namespace, name] = [metadata.at("namespace"), metadata.at("name")];
    if (namespace.unknown || name.unknown) unclear.push(object);
    else known.set(`${namespace.text}/${name.text}`, object);
  }
  return { byName: known, unresolved: unclear };
}

/** Looks up an object; what decides whether it is the one counts as looked at. */
function findInIndex({ byName, unresolved }: ObjectIndex, key: string): InputNode | undefined {
  const found = byName.get(key);
  for (const object of found === undefined ? unresolved : [found]) {
    for (const part of ["namespace", "name"]) object.at("metadata", part).markRead();
  }
  return found;
}

/** Groups the resources once, so that every rule finds its subjects without a walk of its own. */
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
