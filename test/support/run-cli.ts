import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { runProgram } from "../../cli/program.ts";

/** The result of a command. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = resolve(".");

/**
 * Runs a command line in this process on the project in a directory. Commands, errors and exit codes are those of a separate process,
 * without the second of startup. Only one call at a time, because the exit code belongs to the process.
 */
export async function runCliInProcess(directory: string, args: readonly string[]): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await runProgram(args, {
      directory,
      root: ROOT,
      output: {
        style: {},
        result: (text) => {
          stdout += text;
        },
        note: (sentence) => {
          stderr += `${sentence}\n`;
        },
        isTerminal: false,
        progress: () => undefined,
      },
    });
    return { exitCode: Number(process.exitCode ?? 0), stdout, stderr };
  } finally {
    process.exitCode = before;
  }
}

/** Runs a command line as a separate process. */
export async function runCliProcess(
  directory: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<CliResult> {
  const child = spawn(process.execPath, [join(ROOT, "cli", "main.ts"), ...args], { cwd: directory, env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout, stderr };
}
