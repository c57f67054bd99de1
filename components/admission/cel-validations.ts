import type * as kubernetes from "@pulumi/kubernetes";

type Validation = kubernetes.types.input.admissionregistration.v1.Validation;
type Variable = kubernetes.types.input.admissionregistration.v1.Variable;

/** The path of the pod template as a CEL expression; empty for a Pod. */
export type TemplatePath = "object" | "object.spec.template" | "object.spec.jobTemplate.spec.template";

/** Options of the validations. */
export interface ValidationOptions {
  /** The game server's image without tag and digest. */
  readonly gameImage: string;
  /** Ports that no container may declare; empty in local. */
  readonly forbiddenPorts: readonly number[];
  /** The ServiceAccounts whose pods may mount a token for the Kubernetes API. */
  readonly apiClients: readonly ApiClient[];
}

/** A ServiceAccount with a role. */
export interface ApiClient {
  readonly namespace: string;
  readonly account: string;
}

const DIGEST_PATTERN = "@sha256:[0-9a-f]{64}$";

/**
 * A registry host (recognised by its dot or port, as container runtimes do), then an exact tag or a digest.
 */
const PINNED_IMAGE_PATTERN = `^([0-9A-Za-z_-]+[.][0-9A-Za-z._-]+(:[0-9]+)?|[0-9A-Za-z_-]+:[0-9]+|localhost)/[^@]+(:v?[0-9]+[.][0-9]+[0-9A-Za-z._-]*|${DIGEST_PATTERN.slice(0, -1)})$`;

/** A string as a CEL string literal. */
function celString(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/**
 * Variables of the validations. Optional fields are tested with has() first: an expression that fails to evaluate
 * rejects the object with an error about CEL instead of one about the object.
 */
export function celVariables(template: TemplatePath): Variable[] {
  const list = (field: string): string => `has(variables.pod.${field}) ? variables.pod.${field} : []`;
  return [
    { name: "pod", expression: `${template}.spec` },
    {
      name: "labels",
      expression: `has(${template}.metadata) && has(${template}.metadata.labels) ? ${template}.metadata.labels : {}`,
    },
    { name: "containers", expression: `(${list("containers")}) + (${list("initContainers")})` },
    { name: "ephemeral", expression: list("ephemeralContainers") },
    {
      name: "images",
      expression: ["containers", "ephemeral"]
        .map((name) => `variables.${name}.map(c, has(c.image) ? c.image : '')`)
        .join(" + "),
    },
    { name: "volumes", expression: list("volumes") },
  ];
}

/** Rejects the object with a fixed message and the names of the violating containers. */
function requireForEachContainer(holds: string, message: string): Validation {
  return {
    expression: `variables.containers.all(c, ${holds})`,
    message: `${message}.`,
    messageExpression: `${celString(`${message}: `)} + variables.containers.filter(c, !(${holds})).map(c, c.name).join(', ')`,
  };
}

function requirePinnedImages(): Validation {
  const isPinned = `i.matches(${celString(PINNED_IMAGE_PATTERN)})`;
  const message = "every image must name its registry and an exact version or digest, never latest";
  return {
    expression: `variables.images.all(i, ${isPinned})`,
    message: `${message}.`,
    messageExpression: `${celString(`${message}: `)} + variables.images.filter(i, !(${isPinned})).join(', ')`,
  };
}

/** The label matches a game server with any image, the image matches one with any label. */
function requireGameImageDigest(image: string): Validation {
  const isGame = `i.startsWith(${celString(`${image}@`)}) || i.startsWith(${celString(`${image}:`)}) || i == ${celString(image)}`;
  const byDigest = `i.matches(${celString(DIGEST_PATTERN)})`;
  const label =
    "'app.kubernetes.io/name' in variables.labels && variables.labels['app.kubernetes.io/name'] == 'game-server'";
  return {
    expression: [
      `variables.images.all(i, !(${isGame}) || ${byDigest})`,
      `(!(${label}) || variables.containers.all(c, c.name != 'game-server' || (has(c.image) && c.image.matches(${celString(DIGEST_PATTERN)}))))`,
    ].join(" && "),
    message: "the game server's image must be pinned by digest.",
  };
}

function disallowPorts(ports: readonly number[]): Validation[] {
  if (ports.length === 0) return [];
  const closed = `!has(c.ports) || c.ports.all(p, !(p.containerPort in [${ports.join(", ")}]))`;
  return [requireForEachContainer(closed, `debug ports (${ports.join(", ")}) must not be opened`)];
}

/** The pods that may use the Kubernetes API, by ServiceAccount. */
function isApiClientExpression(clients: readonly ApiClient[]): string {
  const account =
    "has(variables.pod.serviceAccountName) ? request.namespace + '/' + variables.pod.serviceAccountName : ''";
  const names = clients.map(({ namespace, account: name }) => celString(`${namespace}/${name}`));
  return `(${account}) in [${names.join(", ")}]`;
}

function disallowServiceAccountToken(clients: readonly ApiClient[]): Validation {
  const none = [
    "has(variables.pod.automountServiceAccountToken) && variables.pod.automountServiceAccountToken == false",
    "variables.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, !has(s.serviceAccountToken)))",
  ].join(" && ");
  return {
    expression: clients.length === 0 ? none : `${isApiClientExpression(clients)} || (${none})`,
    message: "a pod must not carry a token for the Kubernetes API: set automountServiceAccountToken: false.",
  };
}

/** Host paths may be mounted only in the namespace for node agents, and only read-only. */
const REQUIRE_READ_ONLY_HOST_PATH: Validation = {
  expression:
    "variables.containers.all(c, !has(c.volumeMounts) || c.volumeMounts.all(m, !variables.volumes.exists(v, v.name == m.name && has(v.hostPath)) || (has(m.readOnly) && m.readOnly)))",
  message: "a directory of the node must be mounted read-only.",
};

const HAS_RESOURCES = [
  "has(c.resources)",
  "has(c.resources.requests) && 'cpu' in c.resources.requests && 'memory' in c.resources.requests",
  "has(c.resources.limits) && 'memory' in c.resources.limits",
].join(" && ");

const HAS_READ_ONLY_ROOT =
  "has(c.securityContext) && has(c.securityContext.readOnlyRootFilesystem) && c.securityContext.readOnlyRootFilesystem";

/** The requirements for every pod, in addition to Pod Security `restricted`. */
export function celValidations(options: ValidationOptions): Validation[] {
  return [
    requirePinnedImages(),
    requireGameImageDigest(options.gameImage),
    ...disallowPorts(options.forbiddenPorts),
    disallowServiceAccountToken(options.apiClients),
    REQUIRE_READ_ONLY_HOST_PATH,
    requireForEachContainer(
      HAS_RESOURCES,
      "every container must request CPU and memory and limit its memory",
    ),
    requireForEachContainer(HAS_READ_ONLY_ROOT, "every container's root file system must be read-only"),
  ];
}
