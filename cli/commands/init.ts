import { Command } from "commander";
import { formatJson } from "../output.ts";
import { createPulumi, type PulumiCommandContext, projectBackendUrl, readProject } from "./pulumi-context.ts";

interface InitOptions {
  readonly backend?: string;
  readonly secretsProvider?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  init local --backend file://~/.spacetime-vr/state
                                a first try: state in a directory, secrets encrypted with a passphrase
  init staging --backend s3://spacetime-vr-state-123456789012/staging \\
      --secrets-provider "awskms://alias/spacetime-vr-staging?region=eu-central-1"

Creates what is missing, leaves what exists, and reports both. The passphrase is read from PULUMI_CONFIG_PASSPHRASE_FILE
(or PULUMI_CONFIG_PASSPHRASE). docs/backends.md explains how to create the state bucket, the keys and the CI roles.
Exit codes: 0 set up, 1 Pulumi failed, 2 usage or configuration error, 3 a required tool or service is missing.`;

/** Creates the `init` command. */
export function initCommand(context: PulumiCommandContext): Command {
  return new Command("init")
    .summary("set up the stack of an environment")
    .description("Sets up the stack of an environment: backend, secrets provider, config template.")
    .argument("<environment>", "local, staging or production")
    .option("--backend <url>", "s3://BUCKET/ENVIRONMENT or file:///DIRECTORY (default: PULUMI_BACKEND_URL)")
    .option("--secrets-provider <url>", "awskms://KEY?region=REGION (default: a passphrase)")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((environment: string, options: InitOptions) => runInit(environment, options, context));
}

async function runInit(name: string, options: InitOptions, context: PulumiCommandContext): Promise<void> {
  const [{ parseDeployableEnvironment }, { init }] = await Promise.all([
    import("../../operations/pulumi/deploy/preflight-checks.ts"),
    import("../../operations/pulumi/init/init.ts"),
  ]);
  const environment = parseDeployableEnvironment(name);
  const { directory, output } = context;
  // Without a usable project nothing must be created.
  readProject(directory);
  const backendUrl = options.backend ?? projectBackendUrl(directory);
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const steps = await init({
    environment,
    directory,
    backendUrl,
    // Pulumi accepts an empty passphrase, which protects nothing.
    hasPassphrase: Boolean(passphrase) || Boolean(file),
    pulumi: createPulumi(context, { PULUMI_BACKEND_URL: backendUrl }),
    ...(options.secretsProvider === undefined ? {} : { secretsProvider: options.secretsProvider }),
  });
  if (options.json === true) return output.result(formatJson({ environment, backend: backendUrl, steps }));
  const lines = steps.map(({ subject, done, what }) => `${done ? "+" : "="} ${subject}: ${what}`);
  const backend =
    process.env.PULUMI_BACKEND_URL === backendUrl
      ? []
      : [`Set PULUMI_BACKEND_URL=${backendUrl} for every other command.`];
  output.result(`${[...lines, ...backend].join("\n")}\n`);
}
