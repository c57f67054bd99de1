import { messageOf, TestToolError } from "../go-build/errors.ts";
import { runKubectl } from "./kubectl.ts";

/** An existing cluster. */
export interface ExistingCluster {
  /** The value of KUBECONFIG: one or several paths. */
  readonly kubeconfig: string;
  readonly server: string;
  /** For example `context "kind-kind" of KUBECONFIG`. */
  readonly origin: string;
}

/** Names the cluster to use, local or remote: setting this variable is a deliberate choice. */
const kubeconfigVariable = "SPACETIME_VR_E2E_KUBECONFIG";

interface KubeconfigView {
  readonly "current-context"?: string;
  readonly clusters?: readonly { readonly cluster: { readonly server?: string } }[] | null;
}

/**
 * Returns the cluster from the environment, if any. KUBECONFIG is used only for a cluster on this machine (kind,
 * k3d), because tests create and delete objects and a shell may still point at production.
 */
export async function findExistingCluster(
  env: NodeJS.ProcessEnv,
  kubectl = "kubectl",
): Promise<ExistingCluster | undefined> {
  const variable = env[kubeconfigVariable] ? kubeconfigVariable : "KUBECONFIG";
  const kubeconfig = env[variable];
  if (!kubeconfig) return undefined;
  const { context, server } = await inspectKubeconfig(variable, kubeconfig, env, kubectl);
  if (variable === "KUBECONFIG" && !isOnThisMachine(server)) {
    throw new TestToolError(
      `KUBECONFIG selects context "${context}" at ${server}; the tests use it only for a cluster ` +
        `on this machine, because they create and delete objects. Unset KUBECONFIG to start a separate control ` +
        `plane, or set ${kubeconfigVariable} to use this cluster deliberately.`,
      2,
    );
  }
  return { kubeconfig, server, origin: `context "${context}" of ${variable}` };
}

async function inspectKubeconfig(
  variable: string,
  kubeconfig: string,
  env: NodeJS.ProcessEnv,
  kubectl: string,
) {
  const args = ["config", "view", "--minify", "--output", "json"];
  const output = await runKubectl({ file: kubectl, args, env: { ...env, KUBECONFIG: kubeconfig } }).catch(
    (error) => {
      if (error instanceof TestToolError && error.exitCode === 3) throw error;
      throw createUnusableError(variable, kubeconfig, messageOf(error));
    },
  );
  const view = JSON.parse(output) as KubeconfigView;
  const server = view.clusters?.[0]?.cluster.server;
  if (server === undefined)
    throw createUnusableError(variable, kubeconfig, "it has no current context with a server");
  return { context: view["current-context"] ?? "", server };
}

function createUnusableError(variable: string, kubeconfig: string, reason: string): TestToolError {
  const remedy = `Unset ${variable} to start a separate control plane, or fix it.`;
  return new TestToolError(
    `${variable} is "${kubeconfig}", which names no usable cluster: ${reason}. ${remedy}`,
    2,
  );
}

function isOnThisMachine(server: string): boolean {
  const host = URL.canParse(server) ? new URL(server).hostname : "";
  // k3d uses 0.0.0.0, and Docker Desktop its own name for the loopback interface.
  const names = ["localhost", "[::1]", "0.0.0.0", "kubernetes.docker.internal"];
  return names.includes(host) || /^127(\.\d+){3}$/.test(host);
}
