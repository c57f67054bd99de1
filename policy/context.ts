import type { Environment } from "../components/shared/environments.ts";
import { Node, type OnRead, type PolicyResource, pathText } from "./node.ts";

/**
 * The figures that rules compare with; they stand in policy/config.yaml, where changing one is a reviewed
 * decision.
 */
export interface Parameters {
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
  readonly parameters: Parameters;
  /** The inputs of every resource. */
  readonly resources: readonly Node[];
  /** The Kubernetes objects of a kind, whatever their API version. */
  ofKind(...kinds: readonly string[]): readonly Node[];
  /** The resources of a Pulumi type. */
  ofType(type: string): readonly Node[];
  /** The Kubernetes object of a kind with this name in this namespace. */
  named(kind: string, namespace: string | undefined, name: string): Node | undefined;
  /** Runs a part of a rule and tells which unknown values it looked at. */
  noticing<Result>(run: () => Result): { readonly result: Result; readonly unknown: readonly Node[] };
}

/** What a context is made of. */
export interface Deployment {
  readonly environment: Environment;
  readonly parameters: Parameters;
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
interface Names {
  readonly known: ReadonlyMap<string, Node>;
  readonly unclear: readonly Node[];
}

function namesOf(objects: readonly Node[]): Names {
  const known = new Map<string, Node>();
  const unclear: Node[] = [];
  for (const object of objects) {
    // Looked at without being noticed: which rule needs the name shows only when it asks.
    const { resource } = object;
    const metadata = new Node(resource, [], resource.inputs, () => undefined).at("metadata");
    const [namespace, name] = [metadata.at("namespace"), metadata.at("name")];
    if (namespace.unknown || name.unknown) unclear.push(object);
    else known.set(`${namespace.text}/${name.text}`, object);
  }
  return { known, unclear };
}

/** Looks up an object; what decides whether it is the one counts as looked at. */
function lookUp({ known, unclear }: Names, key: string): Node | undefined {
  const found = known.get(key);
  for (const object of found === undefined ? unclear : [found]) {
    for (const part of ["namespace", "name"]) object.at("metadata", part).notice();
  }
  return found;
}

/** Groups the resources once, so that every rule finds its subjects without a walk of its own. */
export function createContext(deployment: Deployment): PolicyContext {
  let noticed = new Map<string, Node>();
  const onRead: OnRead = (node) => {
    deployment.onRead?.(node);
    if (node.unknown) noticed.set(`${node.resource.urn} ${pathText(node.path)}`, node);
  };
  const nodes = deployment.resources.map((resource) => new Node(resource, [], resource.inputs, onRead));
  const byKind = Map.groupBy(nodes, ({ resource }) => kindOf(resource.type));
  const byType = Map.groupBy(nodes, ({ resource }) => resource.type);
  const names = new Map<string, Names>();
  const namesOfKind = (kind: string): Names => {
    const made = names.get(kind) ?? namesOf(byKind.get(kind) ?? []);
    names.set(kind, made);
    return made;
  };
  return {
    environment: deployment.environment,
    parameters: deployment.parameters,
    resources: nodes,
    ofKind: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
    ofType: (type) => byType.get(type) ?? [],
    named: (kind, namespace, name) => lookUp(namesOfKind(kind), `${namespace}/${name}`),
    noticing: (run) => {
      noticed = new Map();
      const result = run();
      return { result, unknown: [...noticed.values()] };
    },
  };
}
