import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseYaml } from "../../components/config/stack-file/parse-yaml.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { readTextFile } from "../../components/shared/read-text-file.ts";
import { createAwsCli } from "../../operations/aws-cli.ts";
import type { Kubectl } from "../../operations/pulumi/preflight/kubectl.ts";
import { findPulumi, pulumiPath } from "../../operations/pulumi/pulumi-cli/find-pulumi.ts";
import { createPulumiCli, type PulumiCli } from "../../operations/pulumi/pulumi-cli/pulumi-cli.ts";
import type { StackContext } from "../../operations/pulumi/stack-context.ts";
import { createRecordStore, parseBackend } from "../../operations/pulumi/state/backend.ts";
import { createLedger, type Ledger } from "../../operations/pulumi/state/ledger.ts";
import type { RecordStore } from "../../operations/pulumi/state/record-store.ts";
import { createSuiteVerification } from "../../operations/pulumi/verification/suite-verification.ts";
import type { Verify } from "../../operations/pulumi/verification/verification.ts";
import type { Output } from "../output.ts";
import { createWaitReporter } from "../wait-reporter.ts";

/** What the commands that run the Pulumi CLI need from the process. */
export interface PulumiCommandContext {
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly output: Output;
  /** Verifies a deployment. @default the ten checks of `verify` */
  readonly verify?: Verify;
  /** Runs kubectl for the checks before an operation. @default the command on PATH */
  readonly kubectl?: Kubectl;
}

/** The project name in Pulumi.yaml; the ledger is stored under it, like Pulumi's own files. */
interface ProjectFile {
  readonly name?: unknown;
  readonly backend?: { readonly url?: unknown };
}

export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/**
 * Finds the Pulumi CLI of this machine.
 * @throws MissingToolError that says how to install it.
 */
export function createPulumi(
  { directory, output }: PulumiCommandContext,
  variables: Readonly<Record<string, string>>,
  options: { readonly json?: boolean } = {},
): PulumiCli {
  const command = findPulumi(directory, process.env);
  const { path, note } = pulumiPath(process.env);
  if (note !== undefined) output.note(note);
  const live = {
    // With --json, standard output contains only the result.
    stdout: (text: string) => void (options.json === true ? process.stderr : process.stdout).write(text),
    stderr: (text: string) => void process.stderr.write(text),
    interactive: isInteractive() && options.json !== true,
  };
  return createPulumiCli({ command, environment: { ...process.env, ...variables, PATH: path }, live });
}

/**
 * Creates the context of an environment's stack.
 * @throws MissingToolError without the Pulumi CLI; InputError if the backend does not support a ledger.
 */
export function createStackContext(
  context: PulumiCommandContext,
  environment: Environment,
  options: { readonly json?: boolean } = {},
): StackContext {
  const { directory, output } = context;
  const engine = createPulumi(context, {}, options);
  const { store, ledger } = openLedger(directory, environment);
  return {
    environment,
    directory,
    pulumi: engine,
    recordStore: store,
    ledger,
    verify: context.verify ?? createSuiteVerification({ directory, onWait: createWaitReporter(output) }),
    aws: createAwsCli(process.env, "An update on AWS needs it"),
    kubectl: context.kubectl ?? createKubectl(),
    note: output.note,
    prompt: isInteractive() ? promptUser : undefined,
  };
}

const KUBECTL_TIMEOUT_MS = 30_000;

function createKubectl(): Kubectl {
  return async (args) => {
    const { runKubectl } = await import("../../probes/sources/kubectl.ts");
    return runKubectl(args, { signal: AbortSignal.timeout(KUBECTL_TIMEOUT_MS) });
  };
}

/** Opens the ledger of a stack, which needs the backend but not the Pulumi CLI. */
export function openLedger(
  directory: string,
  environment: Environment,
): { readonly store: RecordStore; readonly ledger: Ledger } {
  const store = createRecordStore(parseBackend(projectBackendUrl(directory), directory), process.env);
  return { store, ledger: createLedger(store, String(readProject(directory).name), environment) };
}

async function promptUser(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(text);
  } finally {
    terminal.close();
  }
}

/**
 * Reads Pulumi.yaml.
 * @throws InputError if it does not exist or is not YAML.
 */
export function readProject(directory: string): ProjectFile {
  const name = "Pulumi.yaml";
  const text = readTextFile(join(directory, name), {
    name,
    missingRemedy: "Run the command in the project's directory, or restore the file from version control.",
  });
  const project = parseYaml(text, name, "none");
  return typeof project === "object" && project !== null ? project : {};
}

/**
 * Reads the backend URL from the variable or Pulumi.yaml. A stored login of this machine is ignored, because it may
 * differ from the team's backend.
 * @throws InputError if neither is set.
 */
export function projectBackendUrl(directory: string): string {
  const url = process.env.PULUMI_BACKEND_URL ?? readProject(directory).backend?.url;
  if (typeof url === "string" && url !== "") return url;
  throw new InputError("No state backend is configured:", [
    {
      subject: "PULUMI_BACKEND_URL",
      rule: "must name the state backend",
      remedy:
        "Set it to s3://BUCKET/ENVIRONMENT (teams) or file:///DIRECTORY (for trying out); docs/backends.md explains both.",
    },
  ]);
}
