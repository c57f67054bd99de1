import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { stackFilePath } from "../../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { errorCode } from "../../../components/shared/error-code.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { writeAtomically } from "../../../components/shared/write-atomically.ts";
import { explainFailure, KNOWN_FAILURES } from "../pulumi-cli/known-failures.ts";
import type { PulumiCli, PulumiResult } from "../pulumi-cli/pulumi-cli.ts";
import { type Backend, parseBackend } from "../state/backend.ts";
import { stackFileTemplate } from "./stack-file-template.ts";

export interface InitArgs {
  readonly environment: Environment;
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly backendUrl: string;
  /** Undefined for a passphrase from the environment. */
  readonly secretsProvider?: string;
  readonly hasPassphrase: boolean;
  readonly pulumi: PulumiCli;
}

/** A part that was created or already existed. */
export interface InitStep {
  readonly subject: string;
  readonly done: boolean;
  readonly what: string;
}

/**
 * Sets up a stack: backend, stack file, and stack with its secrets provider. Existing parts are unchanged, so it can
 * be run again.
 * @throws InputError before anything is created if backend or secrets provider do not suit the environment.
 */
export async function init(args: InitArgs): Promise<readonly InitStep[]> {
  const backend = parseBackend(args.backendUrl, args.directory);
  validateBackendAndSecretsProvider(args, backend);
  const steps = [createBackend(backend, args), createStackFile(args)];
  return [...steps, await createStack(args)];
}

/**
 * Anyone with the passphrase can decrypt everything, and a directory is on one machine only, so both are only for
 * trying out.
 */
function validateBackendAndSecretsProvider(
  { environment, secretsProvider, hasPassphrase, backendUrl, directory }: InitArgs,
  backend: Backend,
) {
  const problems = [];
  if (backend.kind === "file" && environment === "production") {
    const rule = "must be s3:// for production: a directory has no access control and no versions";
    const remedy = "docs/backends.md explains how to create the state bucket.";
    problems.push({ subject: "--backend", value: backendUrl, rule, remedy });
  }
  if (backend.kind === "s3" && !/^awskms:\/\//.test(secretsProvider ?? "")) {
    const rule = "must be an awskms:// key where the state is shared";
    const remedy = `Add --secrets-provider "awskms://alias/spacetime-vr-${environment}?region=REGION" (docs/backends.md).`;
    problems.push({ subject: "--secrets-provider", value: secretsProvider ?? "", rule, remedy });
  }
  if (secretsProvider === undefined && backend.kind === "file" && !hasPassphrase) {
    const rule = "must be given: it encrypts the secrets in the state";
    const remedy =
      "Write a long random text to a file, mode 0600, and set PULUMI_CONFIG_PASSPHRASE_FILE to its path.";
    problems.push({ subject: "the passphrase", rule, remedy });
  }
  if (backend.kind === "file" && isInside(backend.directory, directory)) {
    const rule = "must be outside the work tree: files that an update writes would make the tree dirty";
    problems.push({
      subject: "--backend",
      value: backendUrl,
      rule,
      remedy: "Name another directory, such as file://~/.spacetime-vr/state.",
    });
  }
  if (problems.length > 0) throw new InputError(`${environment} cannot be set up:`, problems);
}

function isInside(path: string, directory: string): boolean {
  const root = realpathSync(directory);
  const way = relative(root, existsSync(path) ? realpathSync(path) : path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
}

/**
 * Pulumi requires that a file backend's directory exists. Buckets are created by an administrator (docs/backends.md).
 */
function createBackend(backend: Backend, { backendUrl }: InitArgs): InitStep {
  const subject = `backend ${backendUrl}`;
  if (backend.kind === "s3")
    return {
      subject,
      done: false,
      what: "must exist already: it is created once per team (docs/backends.md)",
    };
  const rejected = (rule: string) =>
    new InputError("The backend cannot be created:", [
      { subject: "--backend", value: backendUrl, rule, remedy: "Name a directory that you may write to." },
    ]);
  try {
    const existing = statSync(backend.directory, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) return { subject, done: false, what: "already exists" };
    mkdirSync(backend.directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw rejected(`cannot be created (${errorCode(error) ?? String(error)})`);
  }
  return { subject, done: true, what: "directory created, readable only by its owner" };
}

function createStackFile({ environment, directory }: InitArgs): InitStep {
  const path = stackFilePath(directory, environment);
  const subject = `Pulumi.${environment}.yaml`;
  if (existsSync(path)) return { subject, done: false, what: "already exists" };
  try {
    writeAtomically(path, (temporaryPath) =>
      writeFileSync(temporaryPath, stackFileTemplate(environment), { flag: "wx" }),
    );
  } catch (error) {
    const rule = `cannot be written (${errorCode(error) ?? String(error)})`;
    const remedy = "Free space or grant write access, then run init again; what exists already is kept.";
    throw new InputError("The stack file was not written:", [{ subject, rule, remedy }]);
  }
  return { subject, done: true, what: "template written; replace its example values" };
}

async function createStack({ environment, directory, secretsProvider, pulumi }: InitArgs): Promise<InitStep> {
  const subject = `stack ${environment}`;
  const failed = (run: PulumiResult) => explainFailure(run, "setting up", { environment });
  const found = await pulumi.capture(
    ["stack", "history", "--json", "--stack", environment, "--page-size", "1"],
    directory,
  );
  if (found.status === 0) return { subject, done: false, what: "already exists" };
  if (!isMissingStack(found)) throw failed(found);
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  const made = await pulumi.capture(["stack", "init", environment, "--no-select", ...provider], directory);
  if (made.status !== 0) throw failed(made);
  const how = secretsProvider === undefined ? "a passphrase" : "the KMS key";
  return {
    subject,
    done: true,
    what: `created; its secrets are encrypted with ${how}. Commit Pulumi.${environment}.yaml`,
  };
}

function isMissingStack(run: PulumiResult): boolean {
  const missing = KNOWN_FAILURES.find(({ id }) => id === "missing stack");
  return missing?.pattern.test(run.output) === true;
}
