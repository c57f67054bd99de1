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

// Everything else is loaded by the command that needs it: other commands must not wait for database drivers.

/** What the commands get from the process that they run in. */
export interface LocalContext {
  /** The directory with the stack files. */
  readonly directory: string;
  /** The directory of this product. */
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
  local up                        the reference server, verified, until Ctrl-C
  local up --build out/server     a Godot export (Linux executable and .pck) in its place
  local up --detach               … in the background; "local down" ends it
  local up --without postgres     players live in the server's memory
  local rollback                  back to the release that was verified good before
  local status --json             what runs, for scripts

The state lies in .spacetime-vr/local: releases, data, logs, secrets and certificates, made once. docs/local.md tells more.
Exit codes: 0 done and good, 1 done and not good, 2 invalid config or arguments, 3 something needed is missing.`;

/** The `local` command: SpaceTime VR as processes of this machine. */
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
      "deploy, verify, and stay in front until Ctrl-C; onto a running deployment: roll to the new release",
    )
    .option("--build <directory>", "a Godot export to run; without it the reference server takes its place")
    .option(
      "--port <port>",
      "port that players use (default: the present one of what runs, else the node port of Pulumi.local.yaml)",
      parsePort,
    )
    .option("--without <parts>", `leave parts out: ${OPTIONAL_SERVICES.join(",")}`, parseServices, [])
    .option("--detach", "leave it running in the background")
    .option("--json", "print what came of it as JSON; events go to standard error")
    .action((flags: UpFlags) => runUp(flags, context));
  command
    .command("down")
    .description("hand sessions over and stop everything; data, releases and secrets stay")
    .option("--json", "print what came of it as JSON")
    .action((flags: { json?: true }) => runDown(flags, context));
  command
    .command("status")
    .description("show what runs (exit 0: it runs, 1: it does not)")
    .option("--json", "print it as JSON")
    .action((flags: { json?: true }) => runStatus(flags, context));
  command
    .command("rollback")
    .description("go back to the release that was verified good before; no session is lost")
    .option("--to <release>", "to this one")
    .option("--list", "only list the releases that are kept")
    .option("--json", "print what came of it as JSON")
    .action((flags: { to?: string; list?: true; json?: true }) => runRollback(flags, context));
  return command.addCommand(systemdUnitCommand(context));
}

function parsePort(text: string): number {
  const port = Number(text);
  // The port after it is telemetry's, where no nginx stands in front.
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
  const hear = await createEventListener(flags, output);
  if (isRunning(directory)) {
    await showUp(await deployToRunning(options, hear), { ...flags, detach: true }, context);
    return;
  }
  if (flags.detach === true) {
    const { startDetached } = await import("../../operations/local/supervisor/start-detached.ts");
    const { env: _env, verify: _verify, ...rest } = options;
    await showUp(await startDetached(rest, hear), flags, context);
    return;
  }
  await runInForeground(options, hear, (rolled) => showUp(rolled, flags, context));
}

/** A terminal's Ctrl-C reaches npm and this process, and npm passes it on: the second one within this time is the first. */
const DUPLICATE_SIGNAL_MS = 1000;

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function runInForeground(
  options: UpOptions,
  hear: (event: LocalEvent) => void,
  show: (rolled: DeployResult) => Promise<void>,
): Promise<void> {
  const { startDeployment } = await import("../../operations/local/up.ts");
  const { supervisor, rolled } = await startDeployment(options, hear);
  let first = 0;
  const end = (): void => {
    if (first === 0) {
      first = Date.now();
      void supervisor.stop();
    } else if (Date.now() - first > DUPLICATE_SIGNAL_MS) {
      // Impatience: nobody waits for the sessions any more, but nothing is left behind either.
      void supervisor.stopImmediately();
    }
  };
  for (const signal of END_SIGNALS) process.on(signal, end);
  try {
    await show(await rolled);
    await supervisor.ended;
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, end);
  }
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
  flags: UpFlags,
  { directory, output }: LocalContext,
): Promise<void> {
  const [{ localStatus }, { writeHealthPage }, { upText }] = await Promise.all([
    import("../../operations/local/status.ts"),
    import("../../operations/local/verification/health-page.ts"),
    import("./local-text.ts"),
  ]);
  const status = localStatus(directory);
  // The deployment is verified already: a page that could not be written is no reason to call it not good.
  const health = await writeHealthPage(directory).catch((error: unknown) => {
    output.note(`The health page was not written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (flags.json === true) output.result(formatJson({ ...rolled, health, status }));
  else output.result(upText(rolled, status, { health, detached: flags.detach === true }));
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
