import { existsSync, readFileSync, statSync } from "node:fs";
import { Command } from "commander";
import { judgeEnvFile } from "../../components/config/checks/env-file-check.ts";
import { validateConfig } from "../../components/config/checks/index.ts";
import type { CheckResult } from "../../components/config/checks/types.ts";
import { channelsWithoutCredential } from "../../components/config/component-configs/monitoring-config.ts";
import type { Config } from "../../components/config/config.ts";
import { renderConfigReference } from "../../components/config/config-reference.ts";
import { renderEnvFile } from "../../components/config/env-file.ts";
import { parseConfig } from "../../components/config/parse-config.ts";
import { parseEnvironment } from "../../components/config/parse-environment.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import type { ResolvedVariable } from "../../components/config/variables/types.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { formatProblem, InputError } from "../../components/shared/errors.ts";
import { type AwsCli, createAwsCli } from "../../operations/aws-cli.ts";
import type { AddOnVersions } from "../../operations/eks-addons.ts";
import { createPaint } from "../../plan/format.ts";
import { type Output, writeResultFile } from "../output.ts";

/** The output of a command. */
interface ConfigOutput {
  readonly stdout: (text: string) => void;
  /** Whether the reader is a terminal that shows colours. */
  readonly colour: boolean;
}

/** What the commands need from the process. */
interface ConfigContext {
  /** The directory with the stack files. */
  readonly directory: string;
  readonly output: Output;
}

/** The base configuration of every command here. */
interface ConfigArguments {
  readonly environment: string;
  /** The directory with the stack files. */
  readonly directory: string;
  readonly json?: boolean;
}

interface ValidateArguments extends ConfigArguments {
  /** An existing `.env` file, whose values replace those of the stack file. */
  readonly variablesFile?: string;
}

interface EnvArguments extends ConfigArguments {
  readonly template?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

const loadConfig = ({ directory, environment }: ConfigArguments): Config =>
  parseConfig(readStackFile(directory, environment));

function readEnvFile(path: string): { readonly text: string; readonly mode?: number } {
  try {
    const { mode } = statSync(path);
    const text = readFileSync(path, "utf8");
    return process.platform === "win32" ? { text } : { text, mode };
  } catch (error) {
    const rule = `cannot be read (${errorCode(error) ?? "unknown error"})`;
    const remedy = "Name a file that exists and that you may read.";
    throw new InputError("The file cannot be checked:", [
      { subject: "--variables-file", value: path, rule, remedy },
    ]);
  }
}

/** `config validate`: returns 0 if all 28 checks pass and 1 if one fails; throws if the config cannot be read. */
export function runValidate(args: ValidateArguments, io: ConfigOutput): number {
  const stackConfig = loadConfig(args);
  const judged =
    args.variablesFile === undefined ? undefined : judgeEnvFile(stackConfig, readEnvFile(args.variablesFile));
  const config = judged?.config ?? stackConfig;
  const results = [...(judged === undefined ? [] : [judged.check]), ...validateConfig(config)];
  // This is not a failed check: an environment can be deployed before its alert channels have credentials.
  const waiting = channelsWithoutCredential(config);
  const failed = results.filter(({ verdict }) => verdict === "fail");
  io.stdout(
    args.json === true ? validationJson(args, results, waiting) : validationText(args, results, waiting, io),
  );
  return failed.length === 0 ? 0 : 1;
}

function validationJson(
  { environment }: ConfigArguments,
  checks: readonly CheckResult[],
  waiting: readonly string[],
): string {
  const passed = checks.filter(({ verdict }) => verdict === "pass").length;
  const report = { environment, passed, failed: checks.length - passed, checks, waiting };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function validationText(
  args: ConfigArguments,
  results: readonly CheckResult[],
  waiting: readonly string[],
  { colour }: ConfigOutput,
): string {
  const paint = createPaint({ colour });
  const width = Math.max(...results.map(({ id }) => id.length));
  const rows = results.flatMap(({ id, title, verdict, findings }) => [
    `${verdict === "pass" ? paint("green", "pass") : paint("red", "FAIL")}  ${id.padEnd(width)}  ${title}`,
    ...findings.map((found) => `        - ${formatProblem(found)}`),
  ]);
  const failed = results.filter(({ verdict }) => verdict === "fail").length;
  const summary =
    failed === 0
      ? paint("green", `${args.environment} is ready: all ${results.length} checks pass`)
      : paint("red", `${args.environment} is not ready: ${failed} of ${results.length} checks fail`);
  const silent = waiting.map(
    (key) =>
      `note  alerts do not use a channel until its credential is given: pulumi config set --secret spacetime-vr:${key}`,
  );
  return `${[...rows, ...silent, summary].join("\n")}\n`;
}

/** `config env`: prints the environment as `.env` text or JSON, or writes it to a file. */
export function runEnv(args: EnvArguments, io: ConfigOutput): number {
  const config = loadConfig(args);
  const text =
    args.json === true ? envJson(config) : renderEnvFile(config, { template: args.template === true });
  if (args.output === undefined) {
    io.stdout(text);
    return 0;
  }
  requireOverwriteAllowed(args.output, args.force, "already exists and may contain secrets");
  // The file is created with mode 0600, because the operator adds secrets to it next.
  writeResultFile("--output", args.output, text, 0o600);
  io.stdout(`${args.output} written: ${config.variables.size} variables of ${config.environment}\n`);
  return 0;
}

/** Rejects an existing file unless --force is given. */
function requireOverwriteAllowed(path: string, force: boolean | undefined, rule: string): void {
  if (!existsSync(path) || force === true) return;
  const remedy = "Name another file, or add --force to replace it.";
  throw new InputError("The file was not written:", [{ subject: path, rule, remedy }]);
}

function variableJson(variable: ResolvedVariable): object {
  switch (variable.kind) {
    case "plain":
      return { value: variable.value };
    case "secret":
      return { secret: variable.secret };
    case "deployed":
      return { deployed: true };
  }
}

function envJson({ environment, variables }: Config): string {
  const entries = [...variables].map(([name, variable]) => [name, variableJson(variable)]);
  return `${JSON.stringify({ environment, variables: Object.fromEntries(entries) }, undefined, 2)}\n`;
}

/** `config docs`: prints the reference or writes it to a file. */
export function runDocs(
  args: { readonly output?: string; readonly force?: boolean },
  io: ConfigOutput,
): number {
  if (args.output === undefined) io.stdout(renderConfigReference());
  else {
    requireOverwriteAllowed(args.output, args.force, "exists already");
    writeResultFile("--output", args.output, renderConfigReference(), 0o644);
    io.stdout(`${args.output} written\n`);
  }
  return 0;
}

interface AddOnArguments extends ConfigArguments {
  readonly write?: boolean;
}

/** `config addons`: lists what EKS offers for the cluster's version, and writes the recommended versions as pins. */
export async function runAddOns(args: AddOnArguments, aws: AwsCli, io: ConfigOutput): Promise<void> {
  const { listAddOnVersions, writeAddOnPins } = await import("../../operations/eks-addons.ts");
  const environment = parseEnvironment(args.environment);
  const versions = await listAddOnVersions(args.directory, environment, aws);
  if (args.write === true) writeAddOnPins(args.directory, environment, versions);
  if (args.json === true) io.stdout(`${JSON.stringify({ environment, addOns: versions }, undefined, 2)}\n`);
  else io.stdout(addOnText(environment, versions, args.write === true));
}

function addOnText(environment: string, versions: readonly AddOnVersions[], written: boolean): string {
  const width = Math.max(...versions.map(({ name }) => name.length));
  const rows = versions.map(({ name, pinned, recommended, available }) => {
    const state = pinned === recommended ? "pinned" : written ? `was ${pinned}` : `pinned ${pinned}`;
    return `${name.padEnd(width)}  ${recommended}  (${state}; ${available.length} offered)`;
  });
  const outdated = versions.filter(({ pinned, recommended }) => pinned !== recommended).length;
  const summary = written
    ? `${outdated} pins written to Pulumi.${environment}.yaml`
    : outdated === 0
      ? `${environment} has the recommended version of every add-on`
      : `${outdated} pins differ from the recommended versions; add --write to replace them`;
  return `${[...rows, summary].join("\n")}\n`;
}

/** Creates the `config` command with its four subcommands, which set `process.exitCode`. */
export function configCommand({ directory, output }: ConfigContext): Command {
  const command = new Command("config").description("check and render the configuration of an environment");
  const io: ConfigOutput = { stdout: output.result, colour: output.style.colour === true };
  const withEnvironment = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .argument("<environment>", "local, staging, production or package");

  withEnvironment(
    "validate",
    "run the 28 checks (exit 0: all pass, 1: a check fails, 2: the file is not a valid config)",
  )
    .option("--json", "print the verdicts as JSON")
    // Not --env-file: Node itself reads the file of an argument of this name, including NODE_OPTIONS in it, before this program starts.
    .option(
      "--variables-file <file>",
      "also check an existing .env file, and run the other checks with its values",
    )
    .action((environment: string, options: { json?: boolean; variablesFile?: string }) => {
      process.exitCode = runValidate({ environment, directory, ...options }, io);
    });
  withEnvironment("env", "print the game server's 119 variables as an .env file, without secrets")
    .option("--template", "print a template without secrets that can be committed")
    .option("--json", "print the variables as JSON, with the names of secrets instead of values")
    .option("--output <file>", "write a file (mode 0600) instead of printing")
    .option("--force", "overwrite an existing file")
    .action((environment: string, options: Omit<EnvArguments, keyof ConfigArguments>) => {
      process.exitCode = runEnv({ environment, directory, ...options }, io);
    });
  withEnvironment(
    "addons",
    "list the add-on versions that EKS offers for the cluster (exit 3 without the AWS CLI or credentials)",
  )
    .option("--write", "write the recommended versions to the stack file")
    .option("--json", "print the versions as JSON")
    .action((environment: string, options: { write?: boolean; json?: boolean }) =>
      runAddOns(
        { environment, directory, ...options },
        createAwsCli(process.env, "config addons needs it"),
        io,
      ),
    );
  command
    .command("docs")
    .description("print the reference of the stack file, the variables and the checks as markdown")
    .option("--output <file>", "write a file instead of printing")
    .option("--force", "overwrite an existing file")
    .action((options: { output?: string; force?: boolean }) => {
      process.exitCode = runDocs(options, io);
    });
  return command;
}
