import { Command, InvalidArgumentError } from "commander";
import type { DeployResult } from "../../operations/local/deployment/deployment.ts";
import {
  OPTIONAL_SERVICES,
  type OptionalService,
} from "../../operations/local/processes/installed-programs.ts";
import type { LocalEvent } from "../../operations/local/processes/process-manager.ts";
import type { UpOptions } from "../../operations/local/up.ts";
import { formatJson, type Output } from "../output.ts";
import { systemdUnitCommand } from "./local-systemd-unit.ts";
import type { UpMode } from "./local-text.ts";

// Each command imports the rest when it runs, so that other commands do not load the database drivers.

/** What the commands need from the process. */
interface LocalContext {
  /** The directory with the stack files. */
  readonly directory: string;
  /** The directory of the product's code. */
  readonly root: string;
  readonly output: Output;
}

interface UpFlags {
  readonly build?: string;
  readonly port?: number;
  readonly without: readonly OptionalService[];
  readonly detach?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  local up                        run the reference server and verify it; Ctrl-C stops it
  local up --build out/server     run a Godot export (Linux executable and .pck) instead
  local up --detach               run in the background; "npm run local -- down" stops it
  local up --without postgres     keep players in the server's memory
  local rollback                  return to the previous verified release
  local status --json             show what is running, for scripts

The state is in .spacetime-vr/local: releases, data, logs, secrets and certificates. See docs/local.md.
Exit codes: 0 success, 1 verification failed, 2 usage or configuration error, 3 a required tool is missing.`;

/** Creates the `local` command, which runs SpaceTime VR as processes on this machine. */
export function localCommand(context: LocalContext): Command {
  const command = new Command("local")
    .summary("deploy on this machine, as processes")
    .description(
      "Deploys SpaceTime VR on this machine as processes: no cloud, no cluster, no container engine.",
    )
    .addHelpText("after", EXAMPLES);
  command
    .command("up")
    .description(
      "deploy, verify, and run in the foreground until Ctrl-C; replaces the release of a running deployment",
    )
    .option("--build <directory>", "a Godot export to run (default: the reference server)")
    .option(
      "--port <port>",
      "port for players (default: that of the running deployment, else the node port of Pulumi.local.yaml)",
      parsePort,
    )
    .option("--without <parts>", `skip services: ${OPTIONAL_SERVICES.join(",")}`, parseServices, [])
    .option("--detach", "run in the background")
    .option("--json", "print the result as JSON; events go to standard error")
    .action((flags: UpFlags) => runUp(flags, context));
  command
    .command("down")
    .description("close the sessions and stop everything; data, releases and secrets are kept")
    .option("--json", "print the result as JSON")
    .action((flags: { json?: true }) => runDown(flags, context));
  command
    .command("status")
    .description("show what is running (exit 0: running, 1: not running)")
    .option("--json", "print it as JSON")
    .action((flags: { json?: true }) => runStatus(flags, context));
  command
    .command("rollback")
    .description("return to the previous verified release; no session is lost")
    .option("--to <release>", "the release to return to")
    .option("--list", "list the stored releases and change nothing")
    .option("--json", "print the result as JSON")
    .action((flags: { to?: string; list?: true; json?: true }) => runRollback(flags, context));
  return command.addCommand(systemdUnitCommand(context));
}

function parsePort(text: string): number {
  const port = Number(text);
  // Without nginx, the next port is the telemetry port.
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_534) return port;
  throw new InvalidArgumentError("It must be a port from 1 to 65534.");
}

function parseServices(text: string): OptionalService[] {
  const parts = text.split(",").map((part) => part.trim());
  const unknown = parts.find((part) => !(OPTIONAL_SERVICES as readonly string[]).includes(part));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`It must be a list of ${OPTIONAL_SERVICES.join(", ")}.`);
  return parts as OptionalService[];
}

async function runUp(flags: UpFlags, context: LocalContext): Promise<void> {
  const { directory, root, output } = context;
  const [{ verifyDeployment }, { isRunning, deployToRunning }] = await Promise.all([
    import("../../operations/local/verification/verify-deployment.ts"),
    import("../../operations/local/up.ts"),
  ]);
  const { build, port, without } = flags;
  const options: UpOptions = {
    project: directory,
    root,
    build,
    port,
    without,
    env: process.env,
    verify: verifyDeployment,
  };
  const onEvent = await createEventListener(flags, output);
  if (isRunning(directory)) {
    await showUp(await deployToRunning(options, onEvent), "already-running", flags, context);
    return;
  }
  if (flags.detach === true) {
    const { startDetached } = await import("../../operations/local/supervisor/start-detached.ts");
    const { env: _env, verify: _verify, ...rest } = options;
    await showUp(await startDetached(rest, onEvent), "background", flags, context);
    return;
  }
  await runInForeground(options, onEvent, {
    verified: (rolled) => showUp(rolled, "foreground", flags, context),
    interrupted: () => output.note("The deployment was interrupted before it was verified; it is stopped."),
  });
}

/**
 * Ctrl-C in a terminal reaches both npm and this process, and npm forwards it: a second signal within this time is
 * the same Ctrl-C.
 */
const DUPLICATE_SIGNAL_MS = 1000;

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function runInForeground(
  options: UpOptions,
  onEvent: (event: LocalEvent) => void,
  show: {
    readonly verified: (rolled: DeployResult) => Promise<void>;
    readonly interrupted: () => void;
  },
): Promise<void> {
  const { startDeployment } = await import("../../operations/local/up.ts");
  const { supervisor, rolled } = await startDeployment(options, onEvent);
  let first = 0;
  const end = (): void => {
    if (first === 0) {
      first = Date.now();
      void supervisor.stop();
    } else if (Date.now() - first > DUPLICATE_SIGNAL_MS) {
      // A second Ctrl-C skips the session drain, but still stops every process.
      void supervisor.stopImmediately();
    }
  };
  for (const signal of END_SIGNALS) process.on(signal, end);
  const stopWatching = watchNpm(end);
  try {
    const result = await rolled;
    const wasInterrupted = first !== 0;
    if (!wasInterrupted) await show.verified(result);
    await supervisor.ended;
    if (!wasInterrupted) return;
    show.interrupted();
    process.exitCode = 1;
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, end);
    stopWatching();
  }
}

const PARENT_CHECK_MS = 1000;

/**
 * Ends the deployment with the npm that runs it: a SIGKILL, or a signal to npm alone, does not reach this process.
 * @returns a function that ends the watch.
 */
function watchNpm(end: () => void): () => void {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function createEventListener(
  { json: asJson }: { readonly json?: true },
  output: Output,
): Promise<(event: LocalEvent) => void> {
  const { eventText } = await import("./local-text.ts");
  const write = asJson === true ? output.note : (line: string) => output.result(`${line}\n`);
  return (event) => write(eventText(event));
}

async function showUp(
  rolled: DeployResult,
  mode: UpMode,
  flags: UpFlags,
  { directory, output }: LocalContext,
): Promise<void> {
  const [{ localStatus }, { writeHealthPage }, { upText }] = await Promise.all([
    import("../../operations/local/status.ts"),
    import("../../operations/local/verification/health-page.ts"),
    import("./local-text.ts"),
  ]);
  const status = localStatus(directory);
  // The deployment is already verified, so a page that cannot be written is not a failure.
  const health = await writeHealthPage(directory).catch((error: unknown) => {
    output.note(`The health page was not written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (flags.json === true) output.result(formatJson({ ...rolled, health, status }));
  else output.result(upText(rolled, status, { health, mode }));
}

async function runDown(flags: { readonly json?: true }, { directory, output }: LocalContext): Promise<void> {
  const [{ stopDeployment }, { downText }] = await Promise.all([
    import("../../operations/local/down.ts"),
    import("./local-text.ts"),
  ]);
  const down = await stopDeployment(directory, await createEventListener(flags, output));
  output.result(flags.json === true ? formatJson(down) : downText(down));
}

async function runStatus(
  flags: { readonly json?: true },
  { directory, output }: LocalContext,
): Promise<void> {
  const [{ localStatus }, { statusText }] = await Promise.all([
    import("../../operations/local/status.ts"),
    import("./local-text.ts"),
  ]);
  const status = localStatus(directory);
  output.result(flags.json === true ? formatJson(status) : statusText(status));
  if (status.state !== "up") process.exitCode = 1;
}

async function runRollback(
  flags: { readonly to?: string; readonly list?: true; readonly json?: true },
  { directory, output }: LocalContext,
): Promise<void> {
  const [{ listRollbackReleases, rollBackRelease }, { releaseListText, rollbackResultText }] =
    await Promise.all([import("../../operations/local/rollback.ts"), import("./local-text.ts")]);
  if (flags.list === true) {
    const kept = listRollbackReleases(directory);
    output.result(flags.json === true ? formatJson(kept) : releaseListText(kept));
    return;
  }
  const rolled = await rollBackRelease(directory, flags.to, await createEventListener(flags, output));
  output.result(flags.json === true ? formatJson(rolled) : rollbackResultText(rolled));
}
