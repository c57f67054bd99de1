import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf, TestToolError } from "../go-build/errors.ts";
import type { ControlPlane } from "./control-plane.ts";
import { defaultStateFile, detach, isAlive, readDetached, stopDetached } from "./detached.ts";
import type { RemoveLeftovers } from "./supervisor-protocol.ts";

/** A kind of test cluster and its command line. */
export interface ClusterCommands {
  /** Precedes each progress message. */
  readonly name: string;
  readonly usage: string;
  /** The folder of the cache that holds the state file. */
  readonly folder: string;
  readonly start: (options: StartOptions) => Promise<ControlPlane>;
  /** Fills the cache and returns the directory of the programs. */
  readonly build: (progress: (line: string) => void) => Promise<string>;
  readonly removeLeftovers?: RemoveLeftovers;
  /** Imports an archive of images into the running cluster in this directory. */
  readonly loadImage?: (directory: string, archive: string) => Promise<string>;
}

interface StartOptions {
  readonly progress: (line: string) => void;
  /** Ports of 127.0.0.1 that lead to the same node ports. */
  readonly ports: readonly number[];
}

interface Arguments {
  readonly command: string | undefined;
  readonly operand: string | undefined;
  readonly detach: boolean;
  readonly debug: boolean;
  readonly ports: readonly number[];
  readonly stateFile: string;
}

/** Runs the command in the arguments of this process and sets its exit code. */
export async function runClusterCommand(commands: ClusterCommands): Promise<void> {
  // Standard output contains only the result, so that KUBECONFIG=$(… up --detach) works.
  const log = (line: string) => void process.stderr.write(`${commands.name}: ${line}\n`);
  try {
    await new ClusterCommand(commands, parseArguments(commands, process.argv.slice(2)), log).run();
  } catch (error) {
    const debug = process.argv.includes("--debug") && error instanceof Error;
    log(debug ? (error.stack ?? error.message) : messageOf(error));
    process.exitCode = error instanceof TestToolError ? error.exitCode : 1;
  }
}

function parseArguments({ usage, folder }: ClusterCommands, argv: readonly string[]): Arguments {
  const options = {
    detach: { type: "boolean", default: false },
    debug: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    port: { type: "string", multiple: true, default: [] as string[] },
    state: { type: "string" },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const { detach, debug } = values;
    const stateFile =
      values.state === undefined ? defaultStateFile(folder, process.env) : path.resolve(values.state);
    const [command, operand, ...more] = values.help ? ["help"] : positionals;
    const ports = values.port.map(parsePort);
    return { command: more.length > 0 ? undefined : command, operand, detach, debug, ports, stateFile };
  } catch (error) {
    throw new TestToolError(`${messageOf(error)}\n\n${usage}`, 2, { cause: error });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TestToolError(`--port is "${text}"; it must be a number from 1 to 65535.`, 2);
}

class ClusterCommand {
  readonly #commands: ClusterCommands;
  readonly #options: Arguments;
  readonly #log: (line: string) => void;

  constructor(commands: ClusterCommands, options: Arguments, log: (line: string) => void) {
    this.#commands = commands;
    this.#options = options;
    this.#log = log;
  }

  async run(): Promise<void> {
    const { command, operand } = this.#options;
    const { usage, build, loadImage } = this.#commands;
    if (command === "load-image" && loadImage !== undefined && operand !== undefined)
      return await this.#loadImage(loadImage, operand);
    if (operand === undefined) {
      if (command === "up") return await this.#up();
      if (command === "down") return await this.#down();
      if (command === "build") return print(await build(this.#log));
      if (command === "help") return print(usage.trimEnd());
    }
    throw new TestToolError(`the arguments are not those of a command.\n\n${usage}`, 2);
  }

  async #up(): Promise<void> {
    const { detach: inBackground, stateFile, ports } = this.#options;
    const running = inBackground ? await readDetached(stateFile) : undefined;
    if (running !== undefined) {
      if (await isAlive(running)) {
        this.#log(`already running at ${running.server}`);
        return print(running.kubeconfig);
      }
      this.#log(`the previous ${this.#commands.name} was killed; cleaning up`);
      await stopDetached(running, stateFile, this.#commands.removeLeftovers);
    }
    const started = Date.now();
    const plane = await this.#commands.start({ progress: this.#log, ports });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    this.#log(`ready at ${plane.server} after ${seconds} s: ${plane.origin}`);
    if (inBackground && !plane.existing) await detach(plane, stateFile);
    print(plane.kubeconfig);
    if (!inBackground && !plane.existing) await this.#stayUntilInterrupted(plane);
  }

  async #stayUntilInterrupted(plane: ControlPlane): Promise<void> {
    this.#log("press Ctrl-C to stop it");
    const interrupted = new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
    });
    await Promise.race([interrupted, plane.ended()]);
    await plane.stop();
    this.#log("stopped; everything is removed");
  }

  async #down(): Promise<void> {
    const { stateFile } = this.#options;
    const running = await readDetached(stateFile);
    if (running === undefined) return this.#log(`nothing is running: ${stateFile} does not exist`);
    await stopDetached(running, stateFile, this.#commands.removeLeftovers);
    this.#log("stopped; everything is removed");
  }

  async #loadImage(load: NonNullable<ClusterCommands["loadImage"]>, archive: string): Promise<void> {
    const { stateFile } = this.#options;
    const running = await readDetached(stateFile);
    if (running === undefined)
      throw new TestToolError(
        `No ${this.#commands.name} is running in the background: ${stateFile} does not exist.`,
        2,
      );
    print(await load(running.directory, path.resolve(archive)));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
