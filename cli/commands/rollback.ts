import { Command } from "commander";
import type { Environment } from "../../components/shared/environments.ts";
import { formatJson } from "../output.ts";
import { createStackContext, type PulumiCommandContext } from "./pulumi-context.ts";
import { historyTable, isDirty, recordJson, rollbackText, verdictLine } from "./update-text.ts";

interface RollbackOptions {
  readonly list?: true;
  readonly to?: string;
  readonly reason?: string;
  readonly yes?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  rollback staging --list             the updates with their verdicts
  rollback staging                    return to the last verified update before the current one
  rollback staging --to 20261121T053525Z --reason "players are disconnected" --yes

Uses the program, packages and config of that revision. Secrets, engine versions and the database schema stay current.
Exit codes: 0 rolled back and verified, 1 rejected, failed or not verified, 2 usage or configuration error, 3 a required tool or service is missing.`;

/** Creates the `rollback` command. */
export function rollbackCommand(context: PulumiCommandContext): Command {
  return new Command("rollback")
    .summary("return to the last verified update")
    .description(
      "Returns to the last verified update in the stack's history, verifies it and records the verdict.",
    )
    .argument("<environment>", "local, staging or production")
    .option("--list", "show the history with verdicts, and change nothing")
    .option("--to <id>", "the update to return to, as named by --list")
    .option("--reason <text>", "why; recorded in the ledger, and asked for on a terminal")
    .option("-y, --yes", "do not ask")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: RollbackOptions) => runRollback(environment, options, context));
}

async function runRollback(
  name: string,
  options: RollbackOptions,
  context: PulumiCommandContext,
): Promise<void> {
  const { parseDeployableEnvironment } = await import("../../operations/pulumi/deploy/preflight-checks.ts");
  const environment = parseDeployableEnvironment(name);
  if (options.list === true) return printList(environment, options, context);
  const { rollback } = await import("../../operations/pulumi/rollback/rollback.ts");
  const { output } = context;
  const { to, reason } = options;
  const asked = {
    yes: options.yes === true,
    ...(to === undefined ? {} : { to }),
    ...(reason === undefined ? {} : { reason }),
  };
  const { record, plan } = await rollback(
    createStackContext(context, environment, options),
    asked,
    (found) => {
      const text = rollbackText(environment, found);
      if (options.json === true) output.note(text.trimEnd());
      else output.result(text);
    },
  );
  if (record === undefined) {
    output.note(`${environment} was not changed.`);
    process.exitCode = 1;
    return;
  }
  if (options.json === true)
    output.result(formatJson({ ...recordJson(environment, record), kept: plan.kept }));
  else output.result(verdictLine(environment, record));
  if (record.verdict !== "good") process.exitCode = 1;
}

async function printList(
  environment: Environment,
  options: RollbackOptions,
  context: PulumiCommandContext,
): Promise<void> {
  const [{ listHistoryRows }, { updateStatus }] = await Promise.all([
    import("../../operations/pulumi/rollback/rollback.ts"),
    import("../../operations/pulumi/history/history-rows.ts"),
  ]);
  const { output } = context;
  const rows = await listHistoryRows(createStackContext(context, environment, options));
  if (options.json !== true) return output.result(historyTable(rows, output.style.colour === true));
  const updates = rows.map((row) => ({
    id: row.update.id,
    kind: row.record?.kind ?? row.update.kind,
    result: row.update.result,
    status: updateStatus(row),
    commit: row.record?.commit ?? row.update.commit ?? null,
    dirty: isDirty(row),
    startedAt: row.update.startedAt,
    message: row.update.message,
    verdict: row.record?.verdict ?? null,
    summary: row.record?.summary ?? null,
  }));
  output.result(formatJson({ environment, updates }));
}
