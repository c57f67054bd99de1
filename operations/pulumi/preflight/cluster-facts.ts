import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ClusterFacts, DeniedAccess, Kubeconfig } from "./cluster-problems.ts";
import type { ApiKind, ObjectGroup } from "./cluster-requirements.ts";
import type { Kubectl } from "./kubectl.ts";

/** Actions of Pulumi's provider on every object that it manages. */
const VERBS = ["create", "get", "patch", "delete"] as const;

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

const kubeconfigSchema = z.looseObject({
  "current-context": z.string().optional(),
  contexts: z.array(z.looseObject({ name: z.string() })).nullish(),
});

const resourceListSchema = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string() })),
});

const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const listOf = <Item extends z.ZodType>(item: Item) => z.looseObject({ items: z.array(item) });

const storageSchema = listOf(
  z.looseObject({
    kind: z.string(),
    metadata: metadataSchema,
    spec: z.looseObject({ storageClassName: z.string().optional() }).optional(),
  }),
);

const serviceSchema = listOf(
  z.looseObject({
    metadata: metadataSchema,
    spec: z.looseObject({
      ports: z.array(z.looseObject({ nodePort: z.number().optional() })).optional(),
    }),
  }),
);

/** Reads the contexts of the kubeconfig; needs no cluster. */
export async function readKubeconfig(kubectl: Kubectl): Promise<Kubeconfig> {
  // kubectl replaces credentials by a placeholder.
  const found = kubeconfigSchema.parse(JSON.parse(await kubectl(["config", "view", "--output", "json"])));
  const current = found["current-context"];
  return {
    currentContext: current === "" ? undefined : current,
    contexts: (found.contexts ?? []).map(({ name }) => name),
  };
}

/** The UIDs of the namespaces that exist, by name. */
export async function readNamespaces(
  kubectl: Kubectl,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const args = ["get", "namespaces", ...names, "--ignore-not-found", "--output", "json"];
  const text = await kubectl(args);
  if (text.trim() === "") return new Map();
  const found: unknown = JSON.parse(text);
  const single = z.looseObject({ metadata: metadataSchema });
  // One name returns the object, several return a list.
  const items = listOf(single).safeParse(found).data?.items ?? [single.parse(found)];
  return new Map(items.map(({ metadata }) => [metadata.name, metadata.uid ?? ""]));
}

export interface FactsOptions {
  /** Called with a sentence for everything that the operator may not read. */
  readonly note: (sentence: string) => void;
  /** Whether the permissions to change objects are read; a preview needs none. */
  readonly permissions: boolean;
}

/** Reads what the decision about an update needs. @throws NoResponseError if the API server does not respond */
export async function readClusterFacts(
  kubectl: Kubectl,
  groups: readonly ObjectGroup[],
  options: FactsOptions,
): Promise<ClusterFacts> {
  const { gitVersion } = z
    .looseObject({ gitVersion: z.string() })
    .parse(JSON.parse(await kubectl(["get", "--raw", "/version"])));
  const [served, storage, nodePorts] = await Promise.all([
    readServedKinds(kubectl, [...new Set(groups.map(({ apiVersion }) => apiVersion))]),
    readOrNote("Storage classes", () => readStorage(kubectl), options),
    readOrNote("Node ports", () => readNodePorts(kubectl), options),
  ]);
  const resourceOf = ({ apiVersion, kind }: ApiKind) => served.get(`${apiVersion} ${kind}`);
  return {
    version: gitVersion,
    missingKinds: uniqueKinds(groups.filter((group) => resourceOf(group) === undefined)),
    storage,
    nodePorts,
    denied: options.permissions ? await readDenied(kubectl, groups, resourceOf) : [],
  };
}

function uniqueKinds(kinds: readonly ApiKind[]): ApiKind[] {
  const byKey = new Map(kinds.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  return [...byKey.values()];
}

/** A user with few permissions can still deploy, so what the user may not list is skipped. */
async function readOrNote<Value>(
  what: string,
  read: () => Promise<Value>,
  { note }: FactsOptions,
): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!String(error).includes("(Forbidden)")) throw error;
    note(`${what} are not checked before the update: this user may not list them.`);
    return undefined;
  }
}

/** The plural names of the served kinds, by `apiVersion kind`. */
async function readServedKinds(
  kubectl: Kubectl,
  apiVersions: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(
    apiVersions.map(async (apiVersion) => {
      const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const text = await kubectl(["get", "--raw", path]).catch((error) => {
        if (String(error).includes("(NotFound)")) return '{"resources":[]}';
        throw error;
      });
      const { resources } = resourceListSchema.parse(JSON.parse(text));
      // Subresources such as `pods/status` have the same kind.
      return resources
        .filter(({ name }) => !name.includes("/"))
        .map(({ name, kind }) => [`${apiVersion} ${kind}`, name] as const);
    }),
  );
  return new Map(lists.flat());
}

async function readStorage(kubectl: Kubectl): Promise<ClusterFacts["storage"]> {
  const args = ["get", "storageclasses.storage.k8s.io,persistentvolumes", "--output", "json"];
  const { items } = storageSchema.parse(JSON.parse(await kubectl(args)));
  // A volume can have a class without an object of that name: then only existing volumes are bound.
  const names = items.flatMap(({ kind, metadata, spec }) =>
    kind === "StorageClass" ? [metadata.name] : (spec?.storageClassName ?? []),
  );
  return {
    classes: [...new Set(names)],
    hasDefault: items.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true"),
  };
}

async function readNodePorts(kubectl: Kubectl): Promise<ClusterFacts["nodePorts"]> {
  const args = ["get", "services", "--all-namespaces", "--output", "json"];
  const { items } = serviceSchema.parse(JSON.parse(await kubectl(args)));
  return items.flatMap(({ metadata, spec }) =>
    (spec.ports ?? []).flatMap(({ nodePort }) =>
      nodePort === undefined
        ? []
        : [{ port: nodePort, service: `${metadata.namespace ?? "default"}/${metadata.name}` }],
    ),
  );
}

interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

/** Asks the API server for its decision on each action, as its authorizers make it; an administrator is asked about only once. */
async function readDenied(
  kubectl: Kubectl,
  groups: readonly ObjectGroup[],
  resourceOf: (kind: ApiKind) => string | undefined,
): Promise<DeniedAccess[]> {
  const [everything] = await reviewAccess(kubectl, [{ verb: "*", group: "*", resource: "*" }]);
  if (everything?.allowed === true) return [];
  const attributes = groups.flatMap((group) => {
    const resource = resourceOf(group);
    if (resource === undefined) return [];
    const apiGroup = group.apiVersion.includes("/") ? (group.apiVersion.split("/")[0] ?? "") : "";
    const namespace = group.namespace === undefined ? {} : { namespace: group.namespace };
    return VERBS.map((verb) => ({ verb, group: apiGroup, resource, ...namespace }));
  });
  const reviews = await reviewAccess(kubectl, attributes);
  return reviews
    .filter(({ allowed }) => !allowed)
    .map(({ verb, group, resource, namespace }) => ({
      verb,
      resource: group === "" ? resource : `${resource}.${group}`,
      namespace,
    }));
}

/** All reviews are one call of kubectl, from a file: the objects are not stored, their status is the answer. */
async function reviewAccess(
  kubectl: Kubectl,
  attributes: readonly ResourceAttributes[],
): Promise<(ResourceAttributes & { readonly allowed: boolean })[]> {
  if (attributes.length === 0) return [];
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-access-"));
  try {
    const file = join(directory, "reviews.json");
    const items = attributes.map((resourceAttributes) => ({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      metadata: {},
      spec: { resourceAttributes },
    }));
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    // Several created objects are printed as one JSON text each; one line for each needs no parser.
    const output = ["--output", 'jsonpath={.status.allowed}{"\\n"}', "--validate=false"];
    const answers = (await kubectl(["create", "--filename", file, ...output])).trimEnd().split("\n");
    return attributes.map((one, index) => ({ ...one, allowed: answers[index] === "true" }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
