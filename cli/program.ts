import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { backupCommand } from "./commands/backup.ts";
import { checklistCommand } from "./commands/checklist/index.ts";
import { configCommand } from "./commands/config.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { initCommand } from "./commands/init.ts";
import { loadCommand } from "./commands/load.ts";
import { localCommand } from "./commands/local.ts";
import { monitoringCommand } from "./commands/monitoring.ts";
import { planCommand } from "./commands/plan.ts";
import { planObjects } from "./commands/plan-objects.ts";
import { previewCommand } from "./commands/preview.ts";
import { probeCommands } from "./commands/probe.ts";
import { releaseCommand } from "./commands/release/release.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { secretsCommand } from "./commands/secrets.ts";
import { upCommand } from "./commands/up.ts";
import type { Output } from "./output.ts";
import { runCommandLine, runSecuredProcess } from "./run-command-line.ts";

/** What a command line needs from the process. */
export interface ProgramContext {
  /** The directory with the stack files. */
  readonly directory: string;
  /** The directory of the product's code. */
  readonly root: string;
  readonly output: Output;
}

/** Runs a command line of this process and sets the exit code. */
export function runProcess(args: readonly string[], root: string): Promise<void> {
  return runSecuredProcess(async (output) => {
    const directory = findProjectDirectory(process.cwd());
    enterCallerDirectory(process.env, root);
    await runProgram(args, { directory, root, output });
  });
}

/** npm runs scripts in the package's directory, but paths on a command line are relative to the caller's. */
function enterCallerDirectory({ INIT_CWD: caller }: NodeJS.ProcessEnv, root: string): void {
  if (process.env.npm_lifecycle_event === undefined || caller === undefined || process.cwd() !== root) return;
  process.chdir(caller);
}

/** Runs a command line with the given output and sets the exit code. */
export async function runProgram(
  args: readonly string[],
  { directory, root, output }: ProgramContext,
): Promise<void> {
  const program = new Command("spacetime-vr")
    .description("Deploys SpaceTime VR and keeps it running.")
    .version(readVersion(root), "--version", "print the version")
    .option("--debug", "show a stack trace with an error")
    .addCommand(planCommand({ directory, runner: join(root, "plan", "git", "plan-worker.ts"), output }))
    .addCommand(configCommand({ directory, output }))
    .addCommand(initCommand({ directory, output }))
    .addCommand(previewCommand({ directory, output }))
    .addCommand(upCommand({ directory, output }))
    .addCommand(destroyCommand({ directory, output }))
    .addCommand(rollbackCommand({ directory, output }))
    .addCommand(secretsCommand({ directory, output }))
    .addCommand(monitoringCommand({ directory, output }))
    .addCommand(localCommand({ directory, root, output }))
    .addCommand(releaseCommand({ directory, root, output }))
    .addCommand(backupCommand({ directory, output }))
    .addCommand(loadCommand({ directory, output }))
    .addCommand(checklistCommand({ directory, output }));
  for (const command of probeCommands({
    directory,
    output,
    planObjects: (environment) => planObjects(environment, directory, output),
  }))
    program.addCommand(command);
  await runCommandLine(program, args, output);
}

/** Returns the nearest directory with a Pulumi.yaml, upwards from the given one; without any, the given one. */
export function findProjectDirectory(from: string): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
    if (dirname(directory) === directory) return from;
  }
}

function readVersion(root: string): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return manifest.version;
}
