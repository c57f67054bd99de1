import { Command } from "commander";
import { formatJson } from "../output.ts";
import { createStackContext, isInteractive, type PulumiCommandContext } from "./pulumi-context.ts";
import { recordJson, verdictLine } from "./update-text.ts";

interface UpOptions {
  readonly json?: true;
  readonly yes?: true;
}

const EXAMPLES = `
Examples:
  up local                      deploy to the current kubeconfig context
  up staging                    preview, ask, deploy, verify, record
  up staging --yes --json       in a pipeline: no confirmation; the verdict is printed as JSON, Pulumi's output goes to standard error

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
  const interactive = isInteractive() && options.json !== true;
  const stack = createStackContext(context, environment, options);
  const record = await up(stack, { yes: options.yes === true, interactive });
  const { output } = context;
  if (options.json === true) output.result(formatJson(recordJson(environment, record)));
  else output.result(verdictLine(environment, record));
  if (record.verdict === "good") return;
  output.note(`Roll back with: npm run rollback -- ${environment}`);
  process.exitCode = 1;
}
