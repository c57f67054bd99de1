import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError } from "commander";
import type { RestorePreview } from "../../operations/backup/restore.ts";
import type { RestoreTarget } from "../../operations/backup/restore-target.ts";
import { formatJson, type Output } from "../output.ts";

// Each command imports the rest when it runs, so that other commands do not load the database drivers.

/** What the commands need from the process. */
interface BackupContext {
  /** The directory with the stack files. */
  readonly directory: string;
  readonly output: Output;
}

interface RepositoryFlags {
  readonly repository?: string;
  readonly keyFile?: string;
  readonly json?: true;
}

interface RunFlags extends RepositoryFlags {
  readonly name?: string;
  readonly full?: true;
}

interface RestoreFlags extends RepositoryFlags {
  readonly point: string;
  readonly into?: string;
  readonly confirm?: string;
  readonly inspect?: true;
  readonly timeline?: number;
}

const EXAMPLES = `
Examples:
  backup run                                      create a restore point now
  backup run --name before-release-2-5-0          with a name of your own
  backup list                                     show the restore points and the state of WAL archiving
  backup verify                                   read every file of the repository and compare it
  backup restore --point latest                   restore everything that was archived
  backup restore --point 2026-11-28T02:15:00Z     restore to a second; --inspect pauses before it is final
  backup restore --point latest --into /srv/copy  restore into another directory; the live data stays
  backup drill                                    restore into a temporary directory, measure and record it

The repository is .spacetime-vr/backup. It is encrypted with .spacetime-vr/local/secrets/backup-encryption-key: keep a copy of
this file elsewhere, because without it no backup can be read. See docs/backups.md.
Exit codes: 0 success, 1 failed or damaged, 2 usage error or not confirmed, 3 a required tool or service is missing.`;

/** Creates the `backup` command of the local deployment. */
export function backupCommand(context: BackupContext): Command {
  const command = new Command("backup")
    .summary("back up and restore the deployment on this machine")
    .description(
      "Backs up Postgres, Redis, secrets and certificates of the deployment on this machine, and restores them.",
    )
    .addHelpText("after", EXAMPLES);
  const subcommand = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option("--repository <directory>", "the backup repository (default: .spacetime-vr/backup)")
      .option(
        "--key-file <file>",
        "the file with the backup encryption key (default: the deployment's secret)",
      )
      .option("--json", "print the result as JSON");
  subcommand("list", "show the restore points and whether WAL is archived").action((flags: RepositoryFlags) =>
    runList(flags, context),
  );
  subcommand("run", "create a restore point, and remove those that the retention policy does not keep")
    .option("--name <name>", "the name of the restore point (default: its time)")
    .option("--full", "take a full base backup now")
    .action((flags: RunFlags) => runBackup(flags, context));
  subcommand("verify", "read every file of the repository (exit 0: intact, 1: damaged or empty)").action(
    (flags: RepositoryFlags) => runVerify(flags, context),
  );
  subcommand("restore", "restore to a restore point, a time or a transaction")
    .requiredOption(
      "--point <point>",
      "a restore point's name, latest, a time such as 2026-11-28T02:15:00Z, or xid:<id>",
    )
    .option("--into <directory>", "restore into this directory instead of replacing the live data")
    .option("--confirm <point>", "repeat the point, to confirm replacing live data without a terminal")
    .option("--inspect", "pause before the restore is final, to look at the restored database")
    .option("--timeline <number>", "replay this timeline, to undo an earlier restore", parseTimeline)
    .action((flags: RestoreFlags) => runRestore(flags, context));
  subcommand("drill", "restore into a temporary directory, check and measure it, and write a drill record")
    .option("--point <point>", "what to restore", "latest")
    .action((flags: RepositoryFlags & { point: string }) => runDrillCommand(flags, context));
  return command;
}

function parseTimeline(text: string): number {
  const timeline = Number(text);
  if (/^\d+$/.test(text) && timeline >= 1) return timeline;
  throw new InvalidArgumentError("It must be a number from 1.");
}

const loadModules = () =>
  Promise.all([import("../../operations/backup/local-backup.ts"), import("./backup-text.ts")]);

async function runList(flags: RepositoryFlags, { directory, output }: BackupContext): Promise<void> {
  const [{ listBackups }, { listText }] = await loadModules();
  const list = await listBackups({ project: directory, ...flags });
  output.result(flags.json === true ? formatJson(list) : listText(list));
}

async function runBackup(flags: RunFlags, { directory, output }: BackupContext): Promise<void> {
  const [{ createBackup }, { backupText }] = await loadModules();
  const result = await createBackup(
    { project: directory, ...flags },
    { name: flags.name, full: flags.full === true, onStep: reportSteps(output) },
  );
  output.result(flags.json === true ? formatJson(result) : backupText(result));
}

async function runVerify(flags: RepositoryFlags, { directory, output }: BackupContext): Promise<void> {
  const [{ verifyBackups }, { verificationText }] = await loadModules();
  const result = await verifyBackups({ project: directory, ...flags }, output.progress);
  output.result(flags.json === true ? formatJson(result) : verificationText(result));
  // A repository without a restore point protects nothing.
  if (result.damaged.length > 0 || result.points.length === 0) process.exitCode = 1;
}

async function runRestore(flags: RestoreFlags, { directory, output }: BackupContext): Promise<void> {
  const [{ restoreBackup }, { restoreText, previewText }] = await loadModules();
  const { parseRestoreTarget } = await import("../../operations/backup/restore-target.ts");
  const target = parseRestoreTarget(flags.point);
  const result = await restoreBackup(
    { project: directory, ...flags },
    {
      target,
      into: flags.into,
      timeline: flags.timeline,
      confirm: (preview) => confirmRestore(preview, target, flags, output, previewText),
      inspect:
        flags.inspect === true ? (server) => inspectRestored(server.socketDirectory, output) : undefined,
      onStep: reportSteps(output),
    },
  );
  output.result(flags.json === true ? formatJson(result) : restoreText(result));
}

async function runDrillCommand(
  flags: RepositoryFlags & { readonly point: string },
  { directory, output }: BackupContext,
): Promise<void> {
  const [{ drillBackup }, { drillText }] = await loadModules();
  const { parseRestoreTarget } = await import("../../operations/backup/restore-target.ts");
  const result = await drillBackup(
    { project: directory, ...flags },
    { target: parseRestoreTarget(flags.point), onStep: reportSteps(output) },
  );
  output.result(flags.json === true ? formatJson(result) : drillText(result));
  if (!result.passed) process.exitCode = 1;
}

/** Shows each step: on a terminal as one line that changes, elsewhere as a line per step. */
function reportSteps(output: Output): (step: string, detail?: string) => void {
  let current = "";
  return (step, detail) => {
    const text = detail === undefined ? step : `${step}: ${detail}`;
    if (output.isTerminal) output.progress(text);
    else if (step !== current) output.note(text);
    current = step;
  };
}

/** Live data is replaced only after the operator has seen what is lost and typed the point. */
async function confirmRestore(
  preview: RestorePreview,
  target: RestoreTarget,
  { confirm }: RestoreFlags,
  output: Output,
  describe: (preview: RestorePreview) => string,
): Promise<void> {
  output.note(describe(preview));
  if (preview.live === undefined) return;
  const { formatTarget, isSameTarget, unconfirmedError } = await import(
    "../../operations/backup/restore-target.ts"
  );
  const wanted = formatTarget(target);
  const typed =
    confirm ?? (process.stdin.isTTY ? await askLine(`Type ${wanted} to replace the live data: `) : undefined);
  if (typed === undefined || !isSameTarget(typed, target)) throw unconfirmedError(wanted, typed);
}

async function askLine(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(question)).trim();
  } finally {
    prompt.close();
  }
}

/** Waits for the operator's decision; any other answer than `promote` abandons the restore. */
async function inspectRestored(socketDirectory: string, output: Output): Promise<void> {
  output.note(
    `The restored database is paused and read-only: psql -h ${socketDirectory} -U postgres spacetime\nType promote to keep it, or abort.`,
  );
  const { abandonedError } = await import("../../operations/backup/restore-target.ts");
  const prompt = createInterface({ input: process.stdin });
  try {
    for await (const line of prompt) {
      if (line.trim() === "promote") return;
      if (line.trim() !== "") break;
    }
  } finally {
    prompt.close();
  }
  throw abandonedError();
}
