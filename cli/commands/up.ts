import { Command } from "commander";
import { formatJson } from "../output.ts";
import { createStackContext, isInteractive, type PulumiCommandContext } from "./pulumi-context.ts";
import { recordJson, verdictLine } from "./update-text.ts";

interface UpOptions {
  readonly despiteNoGo?: string;
  readonly json?: true;
  readonly yes?: true;
  readonly resume?: true;
}

const EXAMPLES = `
Examples:
  up local                      deploy to the current kubeconfig context
  up staging                    preview, ask, deploy, verify, record
  up staging --resume           after a crash or kill -9: finish what was interrupted
  up staging --yes --json       in a pipeline: no confirmation; the verdict is printed as JSON, Pulumi's output goes to standard error

Production needs the checklist's decision Go (\`checklist production --go-no-go\`); in an emergency, --despite-no-go says why not.
Outside local the work tree must be clean and the config must pass \`config validate\`. The preview and the policy pack
cannot be left out. The verdict is recorded in the ledger next to the state; \`rollback\` goes back to verified updates alone.
Exit codes: 0 deployed and verified, 1 rejected, failed or not verified, 2 usage or configuration error, 3 a required tool or service is missing.`;

/** Creates the `up` command. */
export function upCommand(context: PulumiCommandContext): Command {
  return new Command("up")
    .summary("deploy an environment, verify it and record the verdict")
    .description("Deploys an environment with the policy pack, verifies it and records the verdict.")
    .argument("<environment>", "local, staging or production")
    .option("-y, --yes", "do not ask")
    .option("--despite-no-go <reason>", "deploy production although the checklist says No-Go")
    .option(
      "--resume",
      "continue after an interrupted update: remove its lock, read every resource again, deploy",
    )
    .option("--json", "print only the verdict, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: UpOptions) => runUp(environment, options, context));
}

async function runUp(name: string, options: UpOptions, context: PulumiCommandContext): Promise<void> {
  const [{ parseDeployableEnvironment }, { up }] = await Promise.all([
    import("../../operations/pulumi/deploy/preflight-checks.ts"),
    import("../../operations/pulumi/deploy/up.ts"),
  ]);
  const environment = parseDeployableEnvironment(name);
  if (environment === "production") await requireGo(options.despiteNoGo, context);
  const interactive = isInteractive() && options.json !== true;
  const stack = createStackContext(context, environment, options);
  const record = await up(stack, { yes: options.yes === true, interactive, resume: options.resume === true });
  const { output } = context;
  if (options.json === true) output.result(formatJson(recordJson(environment, record)));
  else output.result(verdictLine(environment, record));
  if (record.verdict === "good") return;
  output.note(`Roll back with: npm run rollback -- ${environment}`);
  process.exitCode = 1;
}

/** Maximum number of blocking items in the message; `--go-no-go` lists all. */
const MAX_BLOCKING = 5;

/**
 * Requires the decision Go of the checklist for production. A No-Go can be overruled with a reason, which is shown, so that a fix during
 * an outage is possible.
 * @throws OperationError that names the blocking items.
 */
async function requireGo(reason: string | undefined, context: PulumiCommandContext): Promise<void> {
  const [{ evaluate }, { readLedger }] = await Promise.all([
    import("./checklist/evaluate.ts"),
    import("./checklist/live.ts"),
  ]);
  const ledger = await readLedger("production", context);
  const { report } = await evaluate({ environment: "production", ledger: ledger?.facts }, context);
  const { decision, blocking, recordProblems } = report.decision;
  if (decision === "go") return;
  const named = blocking.slice(0, MAX_BLOCKING).map(({ item }) => item.id);
  const count = blocking.length + recordProblems.length;
  const rule = `the checklist says No-Go: ${count} items or records block it, such as ${named.join(", ") || recordProblems[0]?.file}`;
  if (reason !== undefined) return context.output.note(`warning: ${rule}. Deployed nevertheless: ${reason}`);
  const { OperationError } = await import("../../operations/errors.ts");
  throw new OperationError(1, {
    subject: "production",
    rule,
    remedy: "Run `npm run checklist -- production --go-no-go`; close, waive or sign what it lists.",
  });
}
