/** The command line of the test engine: `node test/e2e/engine/main.ts build`. */
import { messageOf, TestToolError } from "../go-build/errors.ts";
import { ensureEngineBinaries } from "./engine-binaries.ts";

const usage = `Usage: node test/e2e/engine/main.ts build

Builds the Pulumi CLI and the Kubernetes provider from Go modules into the cache, and prints their directory.

Exit codes: 0 success, 1 the build failed, 2 usage error, 3 Go is missing or too old.
`;

// Standard output carries only the result, so that PATH=$(… build):$PATH works.
const log = (line: string): void => void process.stderr.write(`engine: ${line}\n`);

async function runCommand(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return void process.stdout.write(usage);
  if (args.length !== 1 || args[0] !== "build")
    throw new TestToolError(`The only command is build.\n\n${usage}`, 2);
  const { directory } = await ensureEngineBinaries({ progress: log });
  process.stdout.write(`${directory}\n`);
}

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  log(messageOf(error));
  process.exitCode = error instanceof TestToolError ? error.exitCode : 1;
}
