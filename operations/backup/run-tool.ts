import { spawn } from "node:child_process";
import { once } from "node:events";
import { findInstalledProgram } from "../local/processes/installed-programs.ts";
import type { ProcessOwner } from "../local/processes/postgres-owner.ts";
import { baseEnvironment } from "../local/processes/process-manager.ts";

/** How a tool is run. Secrets are passed in the environment or in a config file, never as arguments. */
export interface ToolOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly owner?: ProcessOwner | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The result of a tool. */
export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output as bytes. */
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

/**
 * A command line that ends with this process, however that ends: a killed backup must not leave a tool that writes into the repository
 * of the next one. Without util-linux, for example on macOS, the tool's own lock keeps the next one waiting.
 */
export function withParentDeathSignal(
  command: string,
  args: readonly string[],
): readonly [string, readonly string[]] {
  const setpriv = process.platform === "linux" ? findInstalledProgram("setpriv") : undefined;
  return setpriv === undefined ? [command, args] : [setpriv, ["--pdeathsig", "KILL", "--", command, ...args]];
}

/** Runs a tool to its end with a clean environment. */
export async function runTool(
  command: string,
  args: readonly string[],
  { env = {}, owner, signal }: ToolOptions = {},
): Promise<ToolResult> {
  const [program, programArgs] = withParentDeathSignal(command, args);
  const child = spawn(program, [...programArgs], {
    cwd: "/",
    // Another user cannot read this user's home directory, where libpq looks for client certificates.
    env: { ...baseEnvironment(), ...(owner === undefined ? {} : { HOME: "/" }), LC_ALL: "C", ...env },
    ...owner,
    ...(signal === undefined ? {} : { signal }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (data: Buffer) => chunks.push(data));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  const stdoutBytes = Buffer.concat(chunks);
  return { code, stdout: stdoutBytes.toString("utf8"), stdoutBytes, stderr };
}
