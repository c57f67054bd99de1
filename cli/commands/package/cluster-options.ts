import { type Command, InvalidArgumentError } from "commander";
import type { ClusterAccess } from "../../../release/deployment/kubectl.ts";

/** The options of every command that accesses a cluster. */
export interface ClusterOptions {
  readonly context: string;
  readonly timeout: number;
  readonly json?: true;
}

/** Adds them to a command. The context has no default: the current one may be that of another cluster. */
export function addClusterOptions(command: Command): Command {
  return command
    .requiredOption("--context <name>", "the context of the kubeconfig")
    .option("--timeout <seconds>", "for all workloads to be available", parseSeconds, 600)
    .option("--json", "print only the result, as JSON");
}

export function clusterAccess({ context }: ClusterOptions): ClusterAccess {
  return { context };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 7200) return seconds;
  throw new InvalidArgumentError("It must be whole seconds from 1 to 7200.");
}
