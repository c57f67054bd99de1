import type { ExitCode } from "./errors.ts";
import type { NodeOptions } from "./nodes.ts";

/** What a supervisor is asked for, as its second argument. */
export interface SupervisorRequest {
  /** `build` ends when the programs are in the cache. */
  readonly kind: "start" | "build";
  readonly nodes: readonly NodeOptions[];
  readonly port?: number | undefined;
}

/** What a started control plane consists of. */
export interface ControlPlaneInfo {
  readonly kubeconfig: string;
  readonly server: string;
  readonly version: string;
  readonly kubectl: string;
  /** The processes, beside the supervisor's own. */
  readonly pids: readonly number[];
}

/** What a supervisor says, one JSON object a line on its standard output. */
export type SupervisorMessage =
  | { readonly kind: "progress"; readonly line: string }
  | { readonly kind: "built"; readonly directory: string }
  | ({ readonly kind: "ready" } & ControlPlaneInfo)
  | { readonly kind: "released" }
  | { readonly kind: "failed"; readonly message: string; readonly exitCode: ExitCode };

/** The one thing a supervisor is told, as a line on its standard input: outlive the parent. */
export interface ReleaseRequest {
  /** The state file to remove at the end. */
  readonly release: string;
}

/** Splits a stream of text into lines, and calls back with each whole one. */
export function createLineReader(onLine: (line: string) => void): (chunk: Buffer | string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  };
}
