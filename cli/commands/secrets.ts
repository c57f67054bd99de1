import { join } from "node:path";
import { Command } from "commander";
import { parseEnvironment } from "../../components/config/parse-environment.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { formatProblem } from "../../components/shared/errors.ts";
import type { GeneratedSecrets } from "../../operations/secrets/generate-secrets.ts";
import type { Rendering } from "../../operations/secrets/rendering.ts";
import { formatJson, type Output } from "../output.ts";

/** What the commands need from the process. */
interface SecretsContext {
  /** The directory with the stack files. */
  readonly directory: string;
  readonly output: Output;
}

interface GenerateOptions {
  readonly out?: string;
  readonly fill?: string;
  readonly rotate?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  plan package --render out                 the manifests, with references instead of secrets
  secrets generate package --fill out       generates the values and fills them in
  kubectl apply --server-side -k out        deploys

The values stay in --out. Keep that directory in a safe place: the next rendering needs the same values, and data that is
encrypted with a lost data key cannot be read. Values are never printed.
staging and production need no such files: Pulumi generates their secrets during "up".
Exit codes: 0 written, 1 a file cannot be written, 2 a value would have to be overwritten, or invalid config or arguments.`;

/** Creates the `secrets` command with its subcommands. */
export function secretsCommand(context: SecretsContext): Command {
  const command = new Command("secrets").description(
    "generate the secrets of environments that are applied with kubectl",
  );
  command
    .command("generate")
    .description("generate the 13 secrets and the certificates as files, and fill in rendered manifests")
    .argument("<environment>", "package or local")
    .option("--out <directory>", "the directory of values (default: .spacetime-vr/secrets/<environment>)")
    .option(
      "--fill <directory>",
      'fill in the Secrets of a directory that "plan <environment> --render" wrote',
    )
    .option("--rotate", "replace values whose settings changed, that are damaged or that expire soon")
    .option("--json", "print the names of the files as JSON")
    .addHelpText("after", EXAMPLES)
    .action((name: string, options: GenerateOptions) => runGenerate(name, options, context));
  command
    .command("rotate")
    .description("raise the versions of secrets in the stack file and generate their new values")
    .argument("<environment>", "package or local")
    .argument("[secret...]", "names such as redis-password, or API_TOKEN")
    .option("--all", "every secret except the three data keys")
    .option("--out <directory>", "the directory of values (default: .spacetime-vr/secrets/<environment>)")
    .addHelpText(
      "after",
      "\nPods change over when the new rendering is applied (docs/secrets.md).\nExit codes: 0 rotated, 1 a file cannot be written, 2 a data key, an unknown name or invalid config.",
    )
    .action((name: string, secrets: string[], options: RotateOptions) =>
      runRotate(name, secrets, options, context),
    );
  command
    .command("audit")
    .description("find secrets that are old, weak, shared, readable by others or in the git history")
    .argument("[directory...]", "directories of values (default: every one in .spacetime-vr)")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 no finding, 1 findings, 2 there is nothing to audit, 3 git is missing.",
    )
    .action((directories: string[], options: { json?: true }) => runAudit(directories, options, context));
  return command;
}

interface RotateOptions {
  readonly all?: true;
  readonly out?: string;
}

async function runRotate(
  name: string,
  secrets: readonly string[],
  options: RotateOptions,
  context: SecretsContext,
): Promise<void> {
  const environment = parseEnvironment(name);
  const { parseSecretNames, withRaisedVersions } = await import("../../operations/secrets/raise-versions.ts");
  const names = parseSecretNames(secrets, options.all === true);
  // Rejects an environment whose secrets Pulumi generates, and an invalid stack file, before anything is written.
  await readRendering(environment, undefined, context);
  await withRaisedVersions(context.directory, environment, names, async (raised) => {
    const out = options.out === undefined ? {} : { out: options.out };
    await runGenerate(name, { rotate: true, ...out }, context);
    for (const [secret, version] of raised) context.output.note(`${secret}: version ${version}`);
  });
}

async function runAudit(
  directories: readonly string[],
  { json }: { readonly json?: true },
  { directory, output }: SecretsContext,
): Promise<void> {
  const { auditSecrets } = await import("../../operations/secrets/audit/audit-secrets.ts");
  output.progress("searching the git history");
  const audit = await auditSecrets(directory, directories);
  if (json === true) output.result(formatJson(audit));
  else {
    const { findings, examined, history } = audit;
    const searched = history ? "and the git history" : "(no git repository)";
    const lines = [
      ...audit.directories,
      ...findings.map((finding) => `  - ${formatProblem(finding)}`),
      `${examined} secrets, keys and certificates ${searched}: ${findings.length} findings`,
    ];
    output.result(`${lines.join("\n")}\n`);
  }
  if (audit.findings.length > 0) process.exitCode = 1;
}

async function runGenerate(name: string, options: GenerateOptions, context: SecretsContext): Promise<void> {
  const { output } = context;
  const environment = parseEnvironment(name);
  const out = options.out ?? join(context.directory, ".spacetime-vr", "secrets", environment);
  const rendering = await readRendering(environment, options.fill, context);
  const { generateSecrets } = await import("../../operations/secrets/generate-secrets.ts");
  const generated = await generateSecrets({
    rendering,
    directory: out,
    rotate: options.rotate === true,
    ...(options.fill === undefined ? {} : { fill: options.fill }),
    onProgress: output.progress,
  });
  output.result(
    options.json === true
      ? formatJson({ environment, ...generated })
      : generatedText(environment, generated, options.fill),
  );
}

/** The Secrets of a rendered directory, or of the plan of the stack file. */
async function readRendering(
  environment: Environment,
  fill: string | undefined,
  { directory, output }: SecretsContext,
): Promise<Rendering> {
  const { readRenderedSecrets, renderSecrets } = await import("../../operations/secrets/rendering.ts");
  if (fill !== undefined) return readRenderedSecrets(fill, environment);
  output.progress("planning");
  const config = readStackFile(directory, environment);
  const { planProgram } = await import("../../plan/plan-program.ts");
  return renderSecrets(await planProgram(config));
}

function generatedText(
  environment: Environment,
  generated: GeneratedSecrets,
  fill: string | undefined,
): string {
  const { directory, created, replaced, kept, due, filled, secretObjects } = generated;
  const manifest = join(directory, "secrets.yaml");
  return [
    `${directory}: ${created.length} values created, ${replaced.length} replaced, ${kept.length} kept (mode 0600, ignored by git)`,
    ...replaced.map((file) => `  replaced  ${file}`),
    ...due.map((file) => `  expires soon  ${file}: add --rotate to renew it`),
    ...(fill === undefined
      ? [
          `${manifest}: the ${secretObjects} Secrets of ${environment}; secrets-template.yaml has references instead of values`,
          `Next: plan ${environment} --render out, then secrets generate ${environment} --fill out`,
        ]
      : [`${fill}: ${filled.length} Secrets filled in`, `Next: kubectl apply --server-side -k ${fill}`]),
    "",
  ].join("\n");
}
