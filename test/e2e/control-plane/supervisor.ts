/**
 * The process that owns a control plane: `node supervisor.ts <directory> <order>`.
 *
 * It holds the reading end of a pipe from whoever asked for the control plane. The system closes that pipe
 * however the asker ends, by `kill -9` too; then every process is killed and the directory removed. It runs
 * in a session of its own, so what hits the asker's process group does not hit the one that has to clean
 * up.
 */
import { existsSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { ensureBinaries } from "./binaries.ts";
import { ControlPlaneError, messageOf } from "./errors.ts";
import { launch } from "./launch.ts";
import { Fleet } from "./processes.ts";
import { lineReader, type Message, type Order, type Release } from "./protocol.ts";

const [directory = "", order = "{}"] = process.argv.slice(2);
const fleet = new Fleet(directory);
const ending = new AbortController();
let owned = false;
let stateFile: string | undefined;

function send(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function obey(line: string): void {
  stateFile = (JSON.parse(line) as Release).release;
  send({ kind: "released" });
}

function listen(): void {
  const end = () => {
    ending.abort();
    fleet.kill();
  };
  const endUnlessReleased = () => {
    if (stateFile === undefined) end();
  };
  process.stdin.on("data", lineReader(obey));
  for (const event of ["end", "close", "error"]) process.stdin.on(event, endUnlessReleased);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  // Nobody reads any more: the pipe to the asker tells the rest.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  // The last resort, for a mistake in this program: nothing survives it.
  process.on("exit", () => {
    fleet.kill();
    if (owned) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
}

async function run({ kind, nodes, port }: Order): Promise<void> {
  const progress = (line: string) => send({ kind: "progress", line });
  const { signal } = ending;
  const binaries = await ensureBinaries({ progress, signal });
  if (kind === "build") return send({ kind: "built", directory: binaries.directory });
  // Not recursive: a directory that somebody else made under this name is refused.
  await mkdir(directory, { mode: 0o700 });
  owned = true;
  progress(`the control plane lives in ${directory}`);
  const onFailure = () => ending.abort();
  const launched = await launch({ binaries, fleet, nodes, port, progress, onFailure, signal });
  const { version, programs } = binaries;
  send({ kind: "ready", ...launched, version, kubectl: programs.kubectl, pids: fleet.pids });
  await new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener("abort", resolve)));
  if (fleet.failure !== undefined) throw fleet.failure;
}

async function cleanUp(): Promise<void> {
  await fleet.end();
  if (owned) await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  if (stateFile !== undefined && existsSync(stateFile)) await rm(stateFile, { force: true });
}

function report(error: unknown): void {
  const reason = fleet.failure ?? error;
  const stopped = ending.signal.aborted && fleet.failure === undefined;
  process.exitCode = stopped ? 0 : 1;
  const exitCode = reason instanceof ControlPlaneError ? reason.exitCode : 1;
  if (!stopped) send({ kind: "failed", message: messageOf(reason), exitCode });
}

listen();
await run(JSON.parse(order) as Order)
  .catch(report)
  .finally(cleanUp);
// Not left to the event loop: the pipe from the asker may still be open. The last words have to get out
// first.
process.stdout.write("", () => process.exit());
