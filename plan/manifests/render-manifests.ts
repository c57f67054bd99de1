import { InputError, type Problem } from "../../components/shared/errors.ts";
import { compareCodeUnits } from "../format.ts";
import { isUnknown, type Json, type JsonObject, type Plan, type PlannedResource } from "../plan.ts";
import {
  createReference,
  createReferenceIndex,
  generatorName,
  isPlaceholder,
  type LocatedReference,
  PLACEHOLDER_LABEL,
  PLACEHOLDER_LABEL_VALUE,
} from "./secret-references.ts";
import { toYaml } from "./yaml.ts";

/** The index of the secret references in a rendered directory. */
export const REFERENCES_FILE = "secrets.references.yaml";

const REFERENCES_FILE_COMMENT = `# The references in these Secrets, which replace the secret values, and how to generate the values.
# To fill in a file, replace the reference at each place, then remove the label ${PLACEHOLDER_LABEL}.
`;

/** Kinds that others depend on; all other kinds follow, workloads last. */
const FIRST_KINDS = [
  "Namespace",
  "CustomResourceDefinition",
  "StorageClass",
  "PriorityClass",
  "ServiceAccount",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "NetworkPolicy",
  "ClusterIssuer",
  "Issuer",
  "Certificate",
  "Secret",
  "ConfigMap",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Service",
];
const LAST_KINDS = ["StatefulSet", "Deployment", "DaemonSet", "Job", "CronJob"];

interface Manifest {
  readonly file: string;
  readonly kind: string;
  readonly object: JsonObject;
  readonly references: readonly LocatedReference[];
  /** The planned values that the references replace. */
  readonly placeholders: readonly Json[];
}

/**
 * Renders the Kubernetes objects of a plan as files by path, with a kustomization and the index of secret references (see
 * secret-references.ts). The result is deterministic.
 * @throws InputError with every value that is unknown until apply and every secret outside a Secret.
 */
export function renderManifests(plan: Plan): Map<string, string> {
  const objects = plan.resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
  const problems = findAwsProblems(plan, objects);
  if (problems.length === 0) problems.push(...objects.flatMap(findObjectProblems));
  if (problems.length === 0) problems.push(...findFileCollisions(objects));
  if (problems.length > 0) {
    throw new InputError(`${plan.environment} cannot be rendered as Kubernetes manifests:`, problems);
  }
  const all = objects
    .map(createManifest)
    .toSorted((a, b) => applyOrder(a) - applyOrder(b) || compareCodeUnits(a.file, b.file));
  const index = createReferenceIndex(
    plan,
    all.flatMap(({ references }) => references),
    all.flatMap(({ placeholders }) => placeholders),
  );
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: all.map(({ file }) => file),
  };
  return new Map([
    ["kustomization.yaml", toYaml(kustomization)],
    [REFERENCES_FILE, `${REFERENCES_FILE_COMMENT}${toYaml(index)}`],
    ...all.map(({ file, object }) => [file, toYaml(object)] as const),
  ]);
}

function applyOrder({ kind }: Manifest): number {
  const first = FIRST_KINDS.indexOf(kind);
  const last = LAST_KINDS.indexOf(kind);
  return first !== -1 ? first : FIRST_KINDS.length + 1 + last;
}

interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function objectIdentity({ inputs }: PlannedResource): ObjectIdentity | undefined {
  const { apiVersion, kind } = inputs;
  const { name, namespace } = asObject(inputs.metadata);
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string")
    return undefined;
  return { apiVersion, kind, name, ...(typeof namespace === "string" ? { namespace } : {}) };
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function formatIdentity({ kind, namespace, name }: ObjectIdentity): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

function manifestPath({ kind, namespace, name }: ObjectIdentity): string {
  return `${toSafeFileName(namespace ?? "cluster")}/${toSafeFileName(`${kind.toLowerCase()}-${name}`)}.yaml`;
}

/** A valid file name on every system; names of RBAC objects may contain colons. */
function toSafeFileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+$/, "_");
}

/** Reports references to AWS resources as one problem for the environment, not for each value. */
function findAwsProblems({ environment, resources }: Plan, objects: readonly PlannedResource[]): Problem[] {
  const cloud = new Set(resources.filter(({ type }) => type.startsWith("aws:")).map(({ name }) => name));
  const isOfCloud = (value: Json): boolean => cloud.has(generatorName(value) ?? "");
  const found = objects.find(({ inputs }) => leafFields(inputs).some(({ value }) => isOfCloud(value)));
  if (found === undefined) return [];
  return [
    {
      subject: environment,
      rule: "is an AWS environment: its database hosts, KMS keys and networks are unknown until apply",
      remedy: `Deploy it with "up ${environment}"; "plan package --render" is for existing clusters.`,
    },
  ];
}

/** Values that must not be rendered, and objects without an identity. */
function findObjectProblems(resource: PlannedResource): Problem[] {
  const object = objectIdentity(resource);
  if (object === undefined) {
    return [
      {
        subject: `${resource.type} "${resource.name}"`,
        rule: "has no apiVersion, kind or metadata.name",
        remedy: "Set metadata.name in the program. Charts and lists cannot be rendered.",
      },
    ];
  }
  return leafFields(resource.inputs).flatMap(({ path, value }) => {
    const subject = `${formatIdentity(object)}: ${path.join(".")}`;
    if (isUnknown(value)) {
      const remedy = "Render an environment in which the value is known.";
      return [{ subject, rule: "is unknown until apply", remedy }];
    }
    if (!isPlaceholder(value) || isSecretField(object, path)) return [];
    const rule = "is a secret or generated value outside the data of a Secret";
    return [{ subject, rule, remedy: "Move it to a Secret and reference it." }];
  });
}

function findFileCollisions(objects: readonly PlannedResource[]): Problem[] {
  const byFile = Map.groupBy(
    objects.flatMap((resource) => objectIdentity(resource) ?? []),
    manifestPath,
  );
  return [...byFile].flatMap(([file, sharing]) =>
    sharing.length === 1
      ? []
      : [
          {
            subject: file,
            rule: `would contain ${sharing.map((object) => `${formatIdentity(object)} of ${object.apiVersion}`).join(" and ")}`,
            remedy: "Give the objects different names.",
          },
        ],
  );
}

function isSecretField(
  { apiVersion, kind }: ObjectIdentity,
  [field = "", ...keys]: readonly string[],
): boolean {
  return apiVersion === "v1" && kind === "Secret" && /^(stringData|data)$/.test(field) && keys.length === 1;
}

interface LeafField {
  readonly path: readonly string[];
  readonly value: Json;
}

/** All leaves of a value with their paths. */
function leafFields(value: Json, path: readonly string[] = []): LeafField[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]: [string, Json]) => leafFields(inner, [...path, key]));
}

function createManifest(resource: PlannedResource): Manifest {
  const object = objectIdentity(resource);
  if (object === undefined) throw new Error(`${resource.urn} was not validated before rendering.`);
  const file = manifestPath(object);
  const secrets = leafFields(resource.inputs).filter(
    ({ path, value }) => isSecretField(object, path) && isPlaceholder(value),
  );
  const references = secrets.map(({ path, value }) => {
    const owner = [object.namespace ?? "cluster", object.name, ...path.slice(1)];
    return { file, field: path, reference: createReference(value, owner) };
  });
  return {
    file,
    kind: object.kind,
    object: orderFields(insertReferences(resource.inputs, references)),
    references,
    placeholders: secrets.map(({ value }) => value),
  };
}

function insertReferences(inputs: JsonObject, references: readonly LocatedReference[]): JsonObject {
  if (references.length === 0) return inputs;
  const at = new Map(references.map(({ field, reference }) => [field.join("/"), reference]));
  const sections = ["data", "stringData"].flatMap((section) => {
    if (inputs[section] === undefined) return [];
    const entries = Object.entries(asObject(inputs[section]));
    return [
      [
        section,
        Object.fromEntries(entries.map(([key, value]) => [key, at.get(`${section}/${key}`) ?? value])),
      ],
    ];
  });
  const metadata = asObject(inputs.metadata);
  const labels = { ...asObject(metadata.labels), [PLACEHOLDER_LABEL]: PLACEHOLDER_LABEL_VALUE };
  return { ...inputs, ...Object.fromEntries(sections), metadata: { ...metadata, labels } };
}

/** Orders the fields as usual in manifests, and removes annotations for Pulumi. */
function orderFields(object: JsonObject): JsonObject {
  const { apiVersion = null, kind = null, metadata, ...rest } = object;
  return { apiVersion, kind, metadata: orderMetadata(asObject(metadata)), ...rest };
}

function orderMetadata(metadata: JsonObject): JsonObject {
  const { name = null, namespace, annotations, ...rest } = metadata;
  const all = Object.entries(asObject(annotations));
  const kept = all.filter(([key]) => !key.startsWith("pulumi.com/"));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...rest,
    ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
  };
}
