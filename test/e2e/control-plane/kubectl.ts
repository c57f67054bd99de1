import { spawn } from "node:child_process";
import { errorCode, TestToolError } from "../go-build/errors.ts";

/** A failed kubectl call; `stderr` has the message of the cluster. */
export class KubectlError extends TestToolError {
  readonly stderr: string;

  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(`"kubectl ${args.join(" ")}" ended with exit code ${code}: ${stderr.trim()}`);
    this.name = "KubectlError";
    this.stderr = stderr;
  }
}

/** Options of a kubectl call. */
interface KubectlCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Standard input; an object is passed as JSON. */
  readonly input?: string | object | undefined;
}

/** Runs kubectl and returns its output. */
export function runKubectl({ file, args, env, input }: KubectlCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", (error) => reject(explainMissing(error)));
    child.on("close", (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new KubectlError(args, code, output.stderr));
    });
    // kubectl may exit without reading its input; its exit code has the reason.
    child.stdin.on("error", () => {});
    child.stdin.end(typeof input === "object" ? JSON.stringify(input) : (input ?? ""));
  });
}

function explainMissing(error: Error): Error {
  if (errorCode(error) !== "ENOENT") return error;
  const message =
    "kubectl was not found on PATH, but the cluster of KUBECONFIG is accessed with it. " +
    "Install it from kubernetes.io.";
  return new TestToolError(message, 3, { cause: error });
}
