/** The command line of the test control plane: `node test/e2e/control-plane/main.ts up | down | build`. */
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf, TestToolError } from "../go-build/errors.ts";
import { buildControlPlane, type ControlPlane, startControlPlane } from "./control-plane.ts";
import { defaultStateFile, detach, isAlive, readDetached, stopDetached } from "./detached.ts";

const usage = `Usage: node test/e2e/control-plane/main.ts <command> [options]

A Kubernetes control plane on this machine, for tests: real API server, controllers and scheduler,
simulated nodes.

Commands:
  up       start it, print the path of its kubeconfig and run until Ctrl-C;
           if KUBECONFIG is set, use that cluster
  down     stop a control plane that was started with --detach
  build    build the programs into the cache without starting them

Options:
  --detach        run in the background
  --state <file>  state file of "up --detach" and "down"
  --debug         show stack traces
  --help          show this

Exit codes: 0 success, 1 failed, 2 usage or configuration error, 3 a required tool is missing.
`;

interface Arguments {
  readonly command: string | undefined;
  readonly detach: boolean;
  readonly debug: boolean;
  readonly stateFile: string;
}

// Standard output contains only the result, so that KUBECONFIG=$(… up --detach) works.
const log = (line: string) => void process.stderr.write(`control plane: ${line}\n`);

function parseArguments(argv: readonly string[]): Arguments {
  const options = {
    detach: { type: "boolean", default: false },
    debug: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    state: { type: "string" },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const stateFile = values.state === undefined ? defaultStateFile(process.env) : path.resolve(values.state);
    const command = values.help ? "help" : positionals.length === 1 ? positionals[0] : undefined;
    return { command, detach: values.detach, debug: values.debug, stateFile };
  } catch (error) {
    throw new TestToolError(`${messageOf(error)}\n\n${usage}`, 2, { cause: error });
  }
}

async function up(options: Arguments): Promise<void> {
  const running = options.detach ? await readDetached(options.stateFile) : undefined;
  if (running !== undefined) {
    if (await isAlive(running)) {
      log(`already running at ${running.server}`);
      return print(running.kubeconfig);
    }
    log("the previous control plane was killed; cleaning up");
    await stopDetached(running, options.stateFile);
  }
  const started = Date.now();
  const plane = await startControlPlane({ progress: log });
  log(`ready at ${plane.server} after ${((Date.now() - started) / 1000).toFixed(1)} s: ${plane.origin}`);
  if (options.detach && !plane.existing) await detach(plane, options.stateFile);
  print(plane.kubeconfig);
  if (!options.detach && !plane.existing) await stayUntilInterrupted(plane);
}

async function stayUntilInterrupted(plane: ControlPlane): Promise<void> {
  log("press Ctrl-C to stop it");
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await Promise.race([interrupted, plane.ended()]);
  await plane.stop();
  log("stopped; everything is removed");
}

async function down({ stateFile }: Arguments): Promise<void> {
  const running = await readDetached(stateFile);
  if (running === undefined) return log(`nothing is running: ${stateFile} does not exist`);
  await stopDetached(running, stateFile);
  log("stopped; everything is removed");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function runCommand(options: Arguments): Promise<void> {
  switch (options.command) {
    case "up":
      return await up(options);
    case "down":
      return await down(options);
    case "build":
      return print(await buildControlPlane({ progress: log }));
    case "help":
      return print(usage.trimEnd());
    default:
      throw new TestToolError(`exactly one command is required: up, down or build.\n\n${usage}`, 2);
  }
}

try {
  await runCommand(parseArguments(process.argv.slice(2)));
} catch (error) {
  const debug = process.argv.includes("--debug") && error instanceof Error;
  log(debug ? (error.stack ?? error.message) : messageOf(error));
  process.exitCode = error instanceof TestToolError ? error.exitCode : 1;
}
