import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorCode } from "../../components/shared/error-code.ts";
import { MissingToolError } from "../../components/shared/errors.ts";
import { GAME_NAMESPACE, NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { NoResponseError } from "../client/http.ts";
import { type ClusterState, groupObjectsByKind, type KubeObject } from "./kubernetes.ts";

const execFileAsync = promisify(execFile);

/** Namespaced kinds, with their groups, so that no other group's kind of the same name is taken. */
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

/** A large deployment's objects; kubectl's answer is read whole. */
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

export interface KubectlOptions {
  readonly context?: string;
  /** A kubeconfig in place of the person's own. */
  readonly kubeconfig?: string;
  readonly signal: AbortSignal;
  /** The command; another one in tests. */
  readonly kubectl?: string;
}

/**
 * Reads the deployment's objects with kubectl, by the person's own rights.
 * @throws MissingToolError without kubectl, Unanswered when the cluster does not answer.
 */
export async function readCluster(options: KubectlOptions): Promise<ClusterState> {
  const lists = await Promise.all([
    getObjects(["namespaces,nodes"], options),
    ...NAMESPACES.map((namespace) => getObjects([NAMESPACED_RESOURCES, "--namespace", namespace], options)),
  ]);
  return groupObjectsByKind(lists.flat());
}

/** The beginning of what the game servers logged: the words of their start stand there. */
export function readPodLogs(options: KubectlOptions): Promise<string> {
  const words = ["--namespace", GAME_NAMESPACE, "--selector", "app.kubernetes.io/name=game-server"];
  return runKubectl(
    ["logs", ...words, "--container", "game-server", "--limit-bytes", MAX_LOG_BYTES],
    options,
  );
}

const MAX_LOG_BYTES = String(2 ** 20);

async function getObjects(words: readonly string[], options: KubectlOptions): Promise<readonly KubeObject[]> {
  const text = await runKubectl(["get", ...words, "--output", "json"], options);
  const { items } = JSON.parse(text) as { readonly items: readonly KubeObject[] };
  return items;
}

/** What kubectl prints for an order. @throws as `readCluster` does. */
export async function runKubectl(
  words: readonly string[],
  { context, kubeconfig, signal, kubectl = "kubectl" }: KubectlOptions,
): Promise<string> {
  const where = [
    ...(context === undefined ? [] : ["--context", context]),
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ];
  const args = [...words, ...where, "--request-timeout", REQUEST_TIMEOUT];
  try {
    const { stdout } = await execFileAsync(kubectl, args, { maxBuffer: MAX_OUTPUT_BYTES, signal });
    return stdout;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      throw new MissingToolError(
        "kubectl",
        'Install it (https://kubernetes.io/docs/tasks/tools/), or ask by address: "verify https://<public name>".',
      );
    }
    const { stderr = "", message = "" } = error as { readonly stderr?: string; readonly message?: string };
    const [line = ""] = (stderr === "" ? message : stderr).trim().split("\n").slice(-1);
    throw new NoResponseError(`kubectl ${words[0]}: ${line.slice(0, 300)}`);
  }
}
