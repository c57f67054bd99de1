import { spawn } from "node:child_process";
import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** The parts of the kubeconfig that `renderKubeconfig` writes. */
interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } },
  ];
  readonly users: readonly [
    { readonly user: { readonly exec: { readonly command: string; readonly args: readonly string[] } } },
  ];
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** One POST to the API server with the credentials of the deployment. */
export type ApiPost = (path: string, body: object) => Promise<ApiResponse>;

/** A condition of the cluster: whether it holds, and otherwise the reason, which the error reports. */
export type ClusterCheck = (post: ApiPost) => Promise<{ readonly ready: boolean; readonly reason: string }>;

interface WaitOptions {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** Access entries take seconds; the webhook of an add-on takes up to a minute after its pods run. */
const WAIT: WaitOptions = { timeoutMs: 300_000, intervalMs: 3_000 };

/**
 * Returns the kubeconfig when a condition of the cluster holds. A preview and a plan do not wait: they may not change or contact
 * anything that does not exist yet. An update waits in every run, which takes one request if the condition holds already.
 */
export function kubeconfigWhen(
  kubeconfig: pulumi.Output<string>,
  what: string,
  check: ClusterCheck,
): pulumi.Output<string> {
  return kubeconfig.apply(async (text) => {
    if (!pulumi.runtime.isDryRun()) await waitUntil(what, check, createApiPost(JSON.parse(text)));
    return text;
  });
}

/** Polls a condition of the cluster. @throws Error with the last reason after the timeout. */
export async function waitUntil(
  what: string,
  check: ClusterCheck,
  post: ApiPost,
  { timeoutMs, intervalMs }: WaitOptions = WAIT,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { ready, reason } = await check(post).catch((error: Error) => ({
      ready: false,
      reason: error.message,
    }));
    if (ready) return;
    if (Date.now() + intervalMs > deadline)
      throw new Error(
        `${what}: not after ${Math.round(timeoutMs / 1000)} s. Last answer: ${reason}. Run the update again to continue.`,
      );
    await pause(intervalMs);
  }
}

/**
 * Whether the role of the deployment is an administrator. "Access entry creation and updates are eventually consistent, and may
 * take several seconds to be effective", and the Kubernetes provider takes one 401 for an unreachable cluster for the whole run.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export const isAuthorized: ClusterCheck = async (post) => {
  const { status, body } = await post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { group: "*", resource: "*", verb: "*" } },
  });
  if (status !== 201) return { ready: false, reason: `HTTP ${status}` };
  const ready = JSON.parse(body).status?.allowed === true;
  return { ready, reason: ready ? "allowed" : "authenticated, but not yet an administrator" };
};

/**
 * Whether cert-manager's webhook admits a ClusterIssuer. EKS reports the add-on as ACTIVE before cainjector has given the API
 * server the webhook's certificate ("x509: certificate signed by unknown authority"). The dry run creates nothing.
 * https://cert-manager.io/docs/troubleshooting/webhook/
 */
export const hasCertManagerWebhook: ClusterCheck = async (post) => {
  const { status, body } = await post("/apis/cert-manager.io/v1/clusterissuers?dryRun=All", {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: "spacetime-vr-webhook-check" },
    spec: { selfSigned: {} },
  });
  return { ready: status === 201, reason: `HTTP ${status}: ${body.slice(0, 200)}` };
};

/** Requests with the kubeconfig's CA and with a token of its credential program. */
export function createApiPost({ clusters, users }: Kubeconfig): ApiPost {
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64");
  return async (path, body) => {
    // A new token for every request: one from before the access entry existed stays unknown to the API server's cache.
    const { status } = JSON.parse(await run(user.exec.command, user.exec.args));
    return send(new URL(path, cluster.server), ca, status.token, JSON.stringify(body));
  };
}

const REQUEST_TIMEOUT_MS = 10_000;

function send(url: URL, ca: Buffer, token: string, body: string): Promise<ApiResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const call = request(url, { method: "POST", ca, headers, timeout: REQUEST_TIMEOUT_MS }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    response.on("error", reject);
  });
  call.on("timeout", () => call.destroy(new Error(`no response after ${REQUEST_TIMEOUT_MS / 1000} s`)));
  call.on("error", reject);
  call.end(body);
  return promise;
}

function run(command: string, args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (chunk) => {
      text[stream] += chunk;
    });
  child.on("error", (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
  child.on("close", (status) =>
    status === 0
      ? resolve(text.stdout)
      : reject(new Error(`${command} ended with ${status}: ${text.stderr.trim().split("\n").at(-1) ?? ""}`)),
  );
  return promise;
}
