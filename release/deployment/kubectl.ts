import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { errorCode } from "../../components/shared/error-code.ts";
import { MissingToolError } from "../../components/shared/errors.ts";
import { OperationError } from "../../operations/errors.ts";

/** Access to a cluster. */
export interface ClusterAccess {
  /** A context of the kubeconfig; named explicitly, because a current context may be that of another cluster. */
  readonly context: string;
  /** Replaces the operator's own kubeconfig. */
  readonly kubeconfig?: string;
  /** Path of the command. @default kubectl */
  readonly kubectl?: string;
}

/** The owner of the fields that a package applies. */
export const FIELD_MANAGER = "spacetime-vr-package";

/** Runs kubectl with the operator's own permissions. Objects are passed on standard input, never on the command line. */
export class Kubectl {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** The names of the contexts of the kubeconfig. */
  async contexts(): Promise<string[]> {
    return (await this.#run(["config", "get-contexts", "--output", "name"]))
      .split("\n")
      .filter((name) => name !== "");
  }

  /** Renders a directory with a kustomization; needs no cluster. */
  kustomize(directory: string): Promise<string> {
    return this.#run(["kustomize", directory]);
  }

  /**
   * Runs a command against the cluster and returns its standard output.
   * @throws OperationError with the message of kubectl; MissingToolError without kubectl.
   */
  run(args: readonly string[], input?: unknown): Promise<string> {
    return this.#run([...args, "--context", this.#access.context], input);
  }

  /** The objects of a `get`, without those that do not exist. */
  async getAll<Item>(args: readonly string[]): Promise<readonly Item[]> {
    const output = await this.run(["get", ...args, "--ignore-not-found", "--output", "json"]);
    if (output.trim() === "") return [];
    const result = JSON.parse(output) as { readonly items?: readonly Item[] };
    return result.items ?? [result as Item];
  }

  /**
   * Waits until a workload such as `deployment/name` is available.
   * @param deadline in the time of `performance.now()`.
   * @throws OperationError if it is not available by then.
   */
  async waitForRollout(workload: string, namespace: string, deadline: number): Promise<void> {
    const seconds = Math.max(1, Math.ceil((deadline - performance.now()) / 1000));
    const args = ["rollout", "status", workload, "--namespace", namespace, "--timeout", `${seconds}s`];
    await this.run(args);
  }

  async #run(args: readonly string[], input?: unknown): Promise<string> {
    const { kubectl = "kubectl", kubeconfig } = this.#access;
    const access = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
    const child = spawn(kubectl, [...args, ...access], { stdio: ["pipe", "pipe", "pipe"] });
    // kubectl may end before it has read everything; its exit code is what counts.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input === undefined ? "" : JSON.stringify(input));
    const [output, messages, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]).catch((error: unknown) => {
      if (errorCode(error) !== "ENOENT") throw error;
      throw new MissingToolError("kubectl", "Install it: https://kubernetes.io/docs/tasks/tools/");
    });
    if (exitCode === 0) return output;
    throw new OperationError(1, {
      subject: `kubectl ${args[0]}`,
      rule: `failed: ${lastLines(messages)}`,
      remedy: "Correct the cause and run this again: what is done already is not repeated.",
    });
  }
}

/** The end of kubectl's messages; admission errors are long, and their reason is at the end. */
function lastLines(messages: string): string {
  return messages.trim().split("\n").slice(-3).join(" ").slice(-600);
}
