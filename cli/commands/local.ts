import { Command, InvalidArgumentError } from "commander";
import type { Rolled } from "../../operations/local/deployment.ts";
import type { LocalEvent } from "../../operations/local/supervision.ts";
import { PARTS, type Part } from "../../operations/local/tools.ts";
import type { UpOptions } from "../../operations/local/up.ts";
import { json, type Output } from "../output.ts";
import { unitCommand } from "./local-unit.ts";

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
  readonly without: readonly Part[];
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
      portOf,
    )
    .option("--without <parts>", `leave parts out: ${PARTS.join(",")}`, partsOf, [])
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
  return command.addCommand(unitCommand(context));
}

function portOf(text: string): number {
  const port = Number(text);
  // The port after it is telemetry's, where no nginx stands in front.
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_534) return port;
  throw new InvalidArgumentError("It must be a port from 1 to 65534.");
}

function partsOf(text: string): Part[] {
  const parts = text.split(",").map((part) => part.trim());
  const unknown = parts.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new InvalidArgumentError(`It must be a list of ${PARTS.join(", ")}.`);
  return parts as Part[];
}

async function runUp(flags: UpFlags, context: LocalContext): Promise<void> {
  const { directory, root, output } = context;
  const [{ verifyDeployment }, { isRunning, rollOnRunning }] = await Promise.all([
    import("../../operations/local/verify.ts"),
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
  const hear = await listener(flags, output);
  if (isRunning(directory)) {
    await showUp(await rollOnRunning(options, hear), { ...flags, detach: true }, context);
    return;
  }
  if (flags.detach === true) {
    const { startDetached } = await import("../../operations/local/detach.ts");
    const { env: _env, verify: _verify, ...rest } = options;
    await showUp(await startDetached(rest, hear), flags, context);
    return;
  }
  await inFront(options, hear, (rolled) => showUp(rolled, flags, context));
}

/** A terminal's Ctrl-C reaches npm and this process, and npm passes it on: the second one within this time is the first. */
const SAME_SIGNAL_MS = 1000;

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function inFront(
  options: UpOptions,
  hear: (event: LocalEvent) => void,
  show: (rolled: Rolled) => Promise<void>,
): Promise<void> {
  const { startDeployment } = await import("../../operations/local/up.ts");
  const { supervisor, rolled } = await startDeployment(options, hear);
  let first = 0;
  const end = (): void => {
    if (first === 0) {
      first = Date.now();
      void supervisor.stop();
    } else if (Date.now() - first > SAME_SIGNAL_MS) {
      // Impatience: nobody waits for the sessions any more, but nothing is left behind either.
      void supervisor.hurry();
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

async function listener(
  { json: asJson }: { readonly json?: true },
  output: Output,
): Promise<(event: LocalEvent) => void> {
  const { eventText } = await import("./local-text.ts");
  const write = asJson === true ? output.note : (line: string) => output.result(`${line}\n`);
  return (event) => write(eventText(event));
}

async function showUp(rolled: Rolled, flags: UpFlags, { directory, output }: LocalContext): Promise<void> {
  const [{ localStatus }, { writeHealthPage }, { upText }] = await Promise.all([
    import("../../operations/local/status.ts"),
    import("../../operations/local/health.ts"),
    import("./local-text.ts"),
  ]);
  const status = localStatus(directory);
  // The deployment is verified already: a page that could not be written is no reason to call it not good.
  const health = await writeHealthPage(directory).catch((error: unknown) => {
    output.note(`The health page was not written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (flags.json === true) output.result(json({ ...rolled, health, status }));
  else output.result(upText(rolled, status, { health, detached: flags.detach === true }));
}

async function runDown(flags: { readonly json?: true }, { directory, output }: LocalContext): Promise<void> {
  const [{ stopDeployment }, { downText }] = await Promise.all([
    import("../../operations/local/down.ts"),
    import("./local-text.ts"),
  ]);
  const down = await stopDeployment(directory, await listener(flags, output));
  output.result(flags.json === true ? json(down) : downText(down));
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
  output.result(flags.json === true ? json(status) : statusText(status));
  if (status.state !== "up") process.exitCode = 1;
}

async function runRollback(
  flags: { readonly to?: string; readonly list?: true; readonly json?: true },
  { directory, output }: LocalContext,
): Promise<void> {
  const [{ listKept, rollBack }, { keptText, rolledText }] = await Promise.all([
    import("../../operations/local/rollback.ts"),
    import("./local-text.ts"),
  ]);
  if (flags.list === true) {
    const kept = listKept(directory);
    output.result(flags.json === true ? json(kept) : keptText(kept));
    return;
  }
  const rolled = await rollBack(directory, flags.to, await listener(flags, output));
  output.result(flags.json === true ? json(rolled) : rolledText(rolled));
}
