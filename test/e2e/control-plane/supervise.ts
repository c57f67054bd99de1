import { existsSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { messageOf, TestToolError } from "../go-build/errors.ts";
import type { GoBuildOptions } from "../go-build/go-build.ts";
import { ProcessGroup } from "./process-group.ts";
import {
  type ControlPlaneInfo,
  createLineReader,
  type ReleaseRequest,
  type SupervisorMessage,
  type SupervisorRequest,
} from "./supervisor-protocol.ts";

/** What a service may use while it starts. */
export interface StartContext {
  readonly fleet: ProcessGroup;
  readonly request: SupervisorRequest;
  readonly progress: (line: string) => void;
  /** Called when a program ends unexpectedly after the start. */
  readonly onFailure: () => void;
  readonly signal: AbortSignal;
}

/** What a supervisor owns. */
export interface SupervisedService<Built extends { readonly directory: string }> {
  /** Builds or finds the programs. */
  build(options: GoBuildOptions): Promise<Built>;
  start(context: StartContext, built: Built): Promise<Omit<ControlPlaneInfo, "pids">>;
  /** Removes what the end of the processes does not. */
  cleanUp?(directory: string): Promise<void>;
}

const [directory = "", order = "{}"] = process.argv.slice(2);
const processGroup = new ProcessGroup(directory);
const shutdown = new AbortController();
let ownsDirectory = false;
let stateFile: string | undefined;

function send(message: SupervisorMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function handleRelease(line: string): void {
  stateFile = (JSON.parse(line) as ReleaseRequest).release;
  send({ kind: "released" });
}

function installHandlers(): void {
  const end = () => {
    shutdown.abort();
    processGroup.kill();
  };
  const endUnlessReleased = () => {
    if (stateFile === undefined) end();
  };
  process.stdin.on("data", createLineReader(handleRelease));
  for (const event of ["end", "close", "error"]) process.stdin.on(event, endUnlessReleased);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  // The client no longer reads the output; the closed pipe triggers the cleanup.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  // Last resort for a defect of this program: everything is stopped.
  process.on("exit", () => {
    processGroup.kill();
    if (ownsDirectory) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
}

async function run<Built extends { readonly directory: string }>(
  service: SupervisedService<Built>,
  request: SupervisorRequest,
): Promise<void> {
  const progress = (line: string) => send({ kind: "progress", line });
  const { signal } = shutdown;
  const built = await service.build({ progress, signal });
  if (request.kind === "build") return send({ kind: "built", directory: built.directory });
  // Not recursive, so that an existing directory of that name is rejected.
  await mkdir(directory, { mode: 0o700 });
  ownsDirectory = true;
  progress(`the control plane uses the directory ${directory}`);
  const onFailure = () => shutdown.abort();
  const started = await service.start({ fleet: processGroup, request, progress, onFailure, signal }, built);
  send({ kind: "ready", ...started, pids: processGroup.pids });
  await new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener("abort", resolve)));
  if (processGroup.failure !== undefined) throw processGroup.failure;
}

async function cleanUp(service: Pick<SupervisedService<never>, "cleanUp">): Promise<void> {
  await processGroup.end();
  await service.cleanUp?.(directory);
  if (ownsDirectory) await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  if (stateFile !== undefined && existsSync(stateFile)) await rm(stateFile, { force: true });
}

function report(error: unknown): void {
  const reason = processGroup.failure ?? error;
  const stopped = shutdown.signal.aborted && processGroup.failure === undefined;
  process.exitCode = stopped ? 0 : 1;
  const exitCode = reason instanceof TestToolError ? reason.exitCode : 1;
  if (!stopped) send({ kind: "failed", message: messageOf(reason), exitCode });
}

/**
 * The main function of a process that owns a cluster: `node supervisor.ts <directory> <order>`. It reads from a pipe that its
 * client holds. However the client ends, even by SIGKILL, the operating system closes the pipe; the supervisor then
 * kills every process and removes the directory. It runs in its own session, so that signals to the client's process
 * group do not reach it.
 */
export async function supervise<Built extends { readonly directory: string }>(
  service: SupervisedService<Built>,
): Promise<void> {
  installHandlers();
  await run(service, JSON.parse(order) as SupervisorRequest)
    .catch(report)
    .finally(() => cleanUp(service));
  // Exits explicitly, because the pipe from the client may still be open; the last message must be written first.
  process.stdout.write("", () => process.exit());
}
