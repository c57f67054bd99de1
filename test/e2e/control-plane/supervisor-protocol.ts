import type { ExitCode } from "../go-build/errors.ts";
import type { NodeOptions } from "./nodes.ts";

/** The mode of a supervisor, as its second argument. */
export interface SupervisorRequest {
  /** `build` exits when the programs are in the cache. */
  readonly kind: "start" | "build";
  readonly nodes: readonly NodeOptions[];
  readonly port?: number | undefined;
  /** Ports of 127.0.0.1 that lead to the same node ports of a machine. */
  readonly ports?: readonly number[] | undefined;
}

/** A started control plane. */
export interface ControlPlaneInfo {
  readonly kubeconfig: string;
  readonly server: string;
  readonly version: string;
  readonly kubectl: string;
  /** The processes, without the supervisor. */
  readonly pids: readonly number[];
}

/** A message of a supervisor: one JSON object per line on its standard output. */
export type SupervisorMessage =
  | { readonly kind: "progress"; readonly line: string }
  | { readonly kind: "built"; readonly directory: string }
  | ({ readonly kind: "ready" } & ControlPlaneInfo)
  | { readonly kind: "released" }
  | { readonly kind: "failed"; readonly message: string; readonly exitCode: ExitCode };

/** The only message to a supervisor, as a line on its standard input: outlive the parent process. */
export interface ReleaseRequest {
  /** The state file to remove at exit. */
  readonly release: string;
}

/** Removes what a killed supervisor leaves besides its processes and its directory. */
export type RemoveLeftovers = (directory: string) => Promise<void>;

/** Splits a text stream into lines and calls back with each complete one. */
export function createLineReader(onLine: (line: string) => void): (chunk: Buffer | string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  };
}
