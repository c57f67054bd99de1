import { Command } from "commander";
import { formatJson } from "../output.ts";
import { createStackContext, type PulumiCommandContext } from "./pulumi-context.ts";

interface PreviewOptions {
  readonly json?: true;
  readonly expectNoChanges?: true;
  readonly refresh?: true;
}

const EXAMPLES = `
Examples:
  preview staging                          what \`up\` would do, by the real engine, with the policy pack
  preview production --expect-no-changes --refresh
                                           a drift check: exit code 1 when the cloud is not what the program says
  preview staging --json                   the engine's JSON, and the policy that blocks, if one does

Needs the Pulumi CLI, the state and credentials; "plan" needs none of them.
Exit codes: 0 previewed, 1 a policy blocks or changes were not expected, 2 usage or configuration error, 3 a tool or service is missing.`;

/** The `preview` command. */
export function previewCommand(context: PulumiCommandContext): Command {
  return new Command("preview")
    .summary("ask the Pulumi engine what up would do")
    .description("Asks the Pulumi engine what `up` would do, with the policy pack and its config in force.")
    .argument("<environment>", "local, staging or production")
    .option("--json", "print the engine's JSON and nothing else")
    .option("--expect-no-changes", "fail when something would change")
    .option("--refresh", "compare with what is really there, not with the state alone")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: PreviewOptions) => runPreview(environment, options, context));
}

async function runPreview(
  name: string,
  options: PreviewOptions,
  context: PulumiCommandContext,
): Promise<void> {
  // Help and wrong arguments do without what the operations load.
  const [{ parseDeployableEnvironment }, { preview }] = await Promise.all([
    import("../../operations/pulumi/deploy/preflight-checks.ts"),
    import("../../operations/pulumi/deploy/preview.ts"),
  ]);
  const environment = parseDeployableEnvironment(name);
  const { preview: found, failure } = await preview(
    createStackContext(context, environment, options),
    options,
  );
  if (options.json !== true) return;
  const problem = failure === undefined ? {} : { failure: failure.message };
  context.output.result(formatJson({ environment, ...problem, preview: found ?? null }));
  if (failure !== undefined) process.exitCode = failure.exitCode;
}
