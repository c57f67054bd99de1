import { Command } from "commander";
import { createStackContext, isInteractive, type PulumiCommandContext } from "./pulumi-context.ts";

interface DestroyOptions {
  readonly yes?: true;
  readonly confirm?: string;
}

const EXAMPLES = `
Examples:
  destroy local --yes
  destroy production            asks to type the stack's name
  destroy production --confirm production

If any resource is protected, the command lists it and destroys nothing.
Exit codes: 0 destroyed, 1 rejected or failed, 2 usage or configuration error, 3 a required tool or service is missing.`;

/** Creates the `destroy` command. */
export function destroyCommand(context: PulumiCommandContext): Command {
  return new Command("destroy")
    .summary("destroy an environment")
    .description("Destroys all resources of an environment. Production must be confirmed by typing its name.")
    .argument("<environment>", "local, staging or production")
    .option("-y, --yes", "skip the confirmation (production still asks)")
    .option("--confirm <stack>", "the stack's name, to confirm destroying production without a terminal")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: DestroyOptions) => runDestroy(environment, options, context));
}

async function runDestroy(
  name: string,
  options: DestroyOptions,
  context: PulumiCommandContext,
): Promise<void> {
  const [{ parseDeployableEnvironment }, { destroy }] = await Promise.all([
    import("../../operations/pulumi/deploy/preflight-checks.ts"),
    import("../../operations/pulumi/deploy/destroy.ts"),
  ]);
  const environment = parseDeployableEnvironment(name);
  await destroy(createStackContext(context, environment), {
    yes: options.yes === true,
    interactive: isInteractive(),
    ...(options.confirm === undefined ? {} : { confirm: options.confirm }),
  });
  context.output.result(`${environment}: destroyed\n`);
}
