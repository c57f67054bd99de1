import { messageOf, TestToolError } from "./errors.ts";
import type { GoBuildOptions } from "./go-build.ts";

/** A command line with the only command `build`. */
interface BuildCommand {
  /** The prefix of its messages. */
  readonly name: string;
  readonly usage: string;
  /** Returns the directory of the programs. */
  readonly build: (options: GoBuildOptions) => Promise<string>;
}

/** Builds the programs and prints their directory; exit code 1 if the build failed, 2 for a usage error, 3 without Go. */
export async function runBuildCommand({ name, usage, build }: BuildCommand): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) return void process.stdout.write(usage);
  // Standard output contains only the result, so that PATH=$(… build):$PATH works.
  const log = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  try {
    if (args.length !== 1 || args[0] !== "build")
      throw new TestToolError(`The only command is build.\n\n${usage}`, 2);
    process.stdout.write(`${await build({ progress: log })}\n`);
  } catch (error) {
    log(messageOf(error));
    process.exitCode = error instanceof TestToolError ? error.exitCode : 1;
  }
}
