/** What somebody might hand to `kubectl apply`, and what the API server has to say to it. */
interface AdmissionCase {
  readonly title: string;
  readonly object: Manifest;
  /** A part of the refusal; absent for what is let in. */
  readonly denialMessage?: string;
}

/** A manifest, free to be built wrongly. */
// biome-ignore lint/suspicious/noExplicitAny: tests build valid and invalid manifests of any kind
export type Manifest = Record<string, any>;

/** The image whose references have to be pinned by digest, as the policies under test know it. */
export const GAME_IMAGE = "registry.spacetime-vr.com/game/server";

const DIGEST = `sha256:${"4f".repeat(32)}`;

function container(change: Manifest = {}): Manifest {
  return {
    name: "main",
    image: "docker.io/library/nginx:1.29.7-alpine-slim",
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    ...change,
  };
}

function podSpec(containers: readonly Manifest[], change: Manifest = {}): Manifest {
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: "RuntimeDefault" } },
    containers,
    ...change,
  };
}

let counter = 0;

function metadata(labels: Manifest = {}): Manifest {
  counter += 1;
  return { name: `attempt-${counter}`, namespace: "spacetime", labels: { app: "attempt", ...labels } };
}

/** A pod that complies but for what is changed. */
export function pod(containers = [container()], change: Manifest = {}, labels: Manifest = {}): Manifest {
  return { apiVersion: "v1", kind: "Pod", metadata: metadata(labels), spec: podSpec(containers, change) };
}

/** A Deployment of such pods; none of them is started. */
export function deployment(containers = [container()], change: Manifest = {}): Manifest {
  const selector = { app: "attempt" };
  const template = { metadata: { labels: selector }, spec: podSpec(containers, change) };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(),
    spec: { replicas: 0, selector: { matchLabels: selector }, template },
  };
}

function cronJob(containers = [container()], change: Manifest = {}): Manifest {
  const spec = podSpec(containers, { restartPolicy: "Never", ...change });
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(),
    spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: { template: { spec } } } },
  };
}

const NO_RESOURCES = { resources: {} };
const WRITABLE = {
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};
const PROJECTED_TOKEN = {
  volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
};
const IMAGES = "every image must name its registry and an exact version or digest";
const BY_DIGEST = "the game server's image must be pinned by digest";
const TOKEN = "a pod must not carry a token for the Kubernetes API";
const RESOURCES = "every container must request CPU and memory and limit its memory: main";
const READ_ONLY = "every container's root file system must be read-only: main";
const PORTS = "debug ports (6006, 6005) must not be opened: main";

const ALLOWED_CASES: readonly AdmissionCase[] = [
  { title: "a pod that complies", object: pod() },
  { title: "a Deployment that complies", object: deployment() },
  { title: "a CronJob that complies", object: cronJob() },
  { title: "an image by digest", object: pod([container({ image: `ghcr.io/nginx/nginx@${DIGEST}` })]) },
  { title: "a registry with a port", object: pod([container({ image: "registry:5000/nginx:1.29.7" })]) },
  {
    title: "a game server by digest",
    object: pod(
      [container({ name: "game-server", image: `${GAME_IMAGE}@${DIGEST}` })],
      {},
      {
        "app.kubernetes.io/name": "game-server",
      },
    ),
  },
  { title: "another port", object: pod([container({ ports: [{ containerPort: 8080 }] })]) },
  {
    title: "an init container that complies",
    object: pod([container()], { initContainers: [container({ name: "first" })] }),
  },
  {
    title: "a volume without a token",
    object: pod([container()], { volumes: [{ name: "tmp", emptyDir: {} }] }),
  },
];

const image = (reference: string): Manifest[] => [container({ image: reference })];

const DENIED_CASES: readonly AdmissionCase[] = [
  {
    title: "latest",
    object: pod(image("docker.io/library/nginx:latest")),
    denialMessage: `${IMAGES}, never latest: docker.io/library/nginx:latest`,
  },
  { title: "no tag", object: pod(image("docker.io/library/nginx")), denialMessage: IMAGES },
  {
    title: "a tag that moves",
    object: deployment(image("docker.io/library/nginx:1")),
    denialMessage: IMAGES,
  },
  { title: "no registry", object: cronJob(image("nginx:1.29.7")), denialMessage: IMAGES },
  {
    title: "a floating image in an init container",
    object: pod([container()], {
      initContainers: [container({ name: "first", image: "docker.io/library/busybox:stable" })],
    }),
    denialMessage: IMAGES,
  },
  {
    title: "the game's image by tag",
    object: deployment(image(`${GAME_IMAGE}:1.2.3`)),
    denialMessage: BY_DIGEST,
  },
  {
    title: "another image by tag as game server",
    object: pod([container({ name: "game-server" })], {}, { "app.kubernetes.io/name": "game-server" }),
    denialMessage: BY_DIGEST,
  },
  {
    title: "the debug adapter",
    object: pod([container({ ports: [{ containerPort: 6006 }] })]),
    denialMessage: PORTS,
  },
  {
    title: "the language server",
    object: deployment([container({ ports: [{ containerPort: 6005 }] })]),
    denialMessage: PORTS,
  },
  {
    title: "a mounted token",
    object: pod([container()], { automountServiceAccountToken: true }),
    denialMessage: TOKEN,
  },
  {
    title: "a token left to the default",
    object: deployment([container()], { automountServiceAccountToken: undefined }),
    denialMessage: TOKEN,
  },
  { title: "a projected token", object: pod([container()], PROJECTED_TOKEN), denialMessage: TOKEN },
  { title: "no resources", object: pod([container(NO_RESOURCES)]), denialMessage: RESOURCES },
  {
    title: "no memory limit",
    object: deployment([container({ resources: { requests: { cpu: "1m", memory: "1Mi" } } })]),
    denialMessage: RESOURCES,
  },
  {
    title: "no resources in a CronJob",
    object: cronJob([container(NO_RESOURCES)]),
    denialMessage: RESOURCES,
  },
  { title: "a writable root file system", object: pod([container(WRITABLE)]), denialMessage: READ_ONLY },
  {
    title: "a writable root in a Deployment",
    object: deployment([container(WRITABLE)]),
    denialMessage: READ_ONLY,
  },
];

/** One object that is let in and one that is refused, at least, for each thing that the policies ask for. */
export const ADMISSION_CASES: readonly AdmissionCase[] = [...ALLOWED_CASES, ...DENIED_CASES];
