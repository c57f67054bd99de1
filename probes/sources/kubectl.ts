import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorCode } from "../../components/shared/error-code.ts";
import { MissingToolError } from "../../components/shared/errors.ts";
import { GAME_NAMESPACE, NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { NoResponseError } from "../client/http.ts";
import { type ClusterState, groupObjectsByKind, type KubeObject } from "./kubernetes.ts";

const execFileAsync = promisify(execFile);

/** Namespaced resources; the API groups prevent a match with a resource of the same name in another group. */
const NAMESPACED_RESOURCES = [
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "services",
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "endpointslices.discovery.k8s.io",
  "ingresses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
  "horizontalpodautoscalers.autoscaling",
  "poddisruptionbudgets.policy",
  "cronjobs.batch",
].join(",");

const REQUEST_TIMEOUT = "10s";

/** Sufficient for the objects of a large deployment, as the output is buffered. */
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

export interface KubectlOptions {
  readonly context?: string;
  /** Replaces the operator's own kubeconfig. */
  readonly kubeconfig?: string;
  readonly signal: AbortSignal;
  /** Path of the command, replaced in tests. */
  readonly kubectl?: string;
  /** Of one request to the API server; "0" is none, for a command that waits. @default 10s */
  readonly requestTimeout?: string;
}

/**
 * Reads the deployment's objects with kubectl and the operator's own permissions.
 * @throws MissingToolError without kubectl, NoResponseError if the cluster does not respond
 */
export async function readCluster(options: KubectlOptions): Promise<ClusterState> {
  const lists = await Promise.all([
    getObjects(["namespaces,nodes"], options),
    ...NAMESPACES.map((namespace) => getObjects([NAMESPACED_RESOURCES, "--namespace", namespace], options)),
  ]);
  return groupObjectsByKind(lists.flat());
}

/** Reads the start of the game servers' logs, which contains the startup messages. */
export function readPodLogs(options: KubectlOptions): Promise<string> {
  const args = ["--namespace", GAME_NAMESPACE, "--selector", "app.kubernetes.io/name=game-server"];
  return runKubectl(["logs", ...args, "--container", "game-server", "--limit-bytes", MAX_LOG_BYTES], options);
}

const MAX_LOG_BYTES = String(2 ** 20);

async function getObjects(args: readonly string[], options: KubectlOptions): Promise<readonly KubeObject[]> {
  const text = await runKubectl(["get", ...args, "--output", "json"], options);
  const { items } = JSON.parse(text) as { readonly items: readonly KubeObject[] };
  return items;
}

/** Runs kubectl and returns its standard output. @throws the same errors as `readCluster` */
export async function runKubectl(
  args: readonly string[],
  { context, kubeconfig, signal, kubectl = "kubectl", requestTimeout = REQUEST_TIMEOUT }: KubectlOptions,
): Promise<string> {
  const accessArgs = [
    ...(context === undefined ? [] : ["--context", context]),
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ];
  const allArgs = [...args, ...accessArgs, "--request-timeout", requestTimeout];
  try {
    const running = execFileAsync(kubectl, allArgs, { maxBuffer: MAX_OUTPUT_BYTES, signal });
    // kubectl asks for a user name if the kubeconfig has no credentials, and would wait for it.
    running.child.stdin?.end();
    return (await running).stdout;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      throw new MissingToolError(
        "kubectl",
        'Install it (https://kubernetes.io/docs/tasks/tools/), or verify by URL: "verify https://<public name>".',
      );
    }
    const { stderr = "", message = "" } = error as { readonly stderr?: string; readonly message?: string };
    const [line = ""] = (stderr === "" ? message : stderr).trim().split("\n").slice(-1);
    throw new NoResponseError(`kubectl ${args[0]}: ${line.slice(0, 300)}`);
  }
}
