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
  preview staging                          what \`up\` would do, with the policy pack
  preview production --expect-no-changes --refresh
                                           drift check: exit code 1 if the cloud differs from the program
  preview staging --json                   Pulumi's JSON, and the policy that blocks, if any

Needs the Pulumi CLI, the state and credentials; "plan" needs none of these.
Exit codes: 0 previewed, 1 a policy blocks or changes were not expected, 2 usage or configuration error, 3 a required tool or service is missing.`;

/** Creates the `preview` command. */
export function previewCommand(context: PulumiCommandContext): Command {
  return new Command("preview")
    .summary("show what up would do, with Pulumi")
    .description("Runs `pulumi preview` with the policy pack and its config.")
    .argument("<environment>", "local, staging or production")
    .option("--json", "print only Pulumi's JSON")
    .option("--expect-no-changes", "fail if anything would change")
    .option("--refresh", "refresh the state first")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: PreviewOptions) => runPreview(environment, options, context));
}

async function runPreview(
  name: string,
  options: PreviewOptions,
  context: PulumiCommandContext,
): Promise<void> {
  // Imported here so that help and usage errors do not load the operations.
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
