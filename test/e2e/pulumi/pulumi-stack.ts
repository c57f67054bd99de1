import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Environment } from "../../../components/shared/environments.ts";
import { importClosure } from "../../support/import-closure.ts";
import type { Engine } from "../engine/engine.ts";

/** Files of the program and the policy pack that no file imports. */
const PROJECT_FILES = [
  ...globSync("components/**/scripts/*"),
  "plan/cost/prices.json",
  "Pulumi.yaml",
  "package.json",
  "policy/PulumiPolicy.yaml",
  "policy/package.json",
  "policy/config.yaml",
];

const ENTRY_FILES = ["index.ts", "policy/index.js"];

/** The result of one CLI run. */
interface PulumiCliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A separate stack: a copy of the program, a file backend and its own passphrase. */
export interface PulumiStack {
  /** The copy of the program. */
  readonly directory: string;
  /** The directory of the file backend. */
  readonly state: string;
  /** The environment of the CLI. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The editable copy of the stack file. */
  readonly stackFile: string;
  readonly run: (...args: readonly string[]) => PulumiCliResult;
  readonly remove: () => void;
}

interface PulumiStackOptions {
  readonly environment: Environment;
  /** The text of the stack file. */
  readonly stackFile: string;
  readonly kubeconfig?: string;
  /** Directories before those of the engine on PATH. */
  readonly searchPath?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Copies the program into a directory below the repository that git ignores, so that Node finds the installed packages and the CLI writes
 * its salt into the copy of the stack file.
 */
export function createPulumiStack(engine: Engine, options: PulumiStackOptions): PulumiStack {
  const { environment } = options;
  const parent = join(process.cwd(), ".spacetime-vr");
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, "pulumi-e2e-"));
  const program = join(directory, "program");
  const state = join(directory, "state");
  for (const path of [program, state]) mkdirSync(path);
  for (const path of [...PROJECT_FILES, ...importClosure(process.cwd(), ENTRY_FILES)]) {
    mkdirSync(dirname(join(program, path)), { recursive: true });
    cpSync(join(process.cwd(), path), join(program, path));
  }
  const stackFile = join(program, `Pulumi.${environment}.yaml`);
  writeFileSync(stackFile, options.stackFile);
  const env = {
    ...process.env,
    ...options.env,
    PATH: [...(options.searchPath ?? []), ...engine.searchPath, process.env.PATH].join(delimiter),
    // Without a kubeconfig, a program that needs the operator's own would fail.
    KUBECONFIG: options.kubeconfig ?? join(directory, "no-kubeconfig"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: join(directory, "home"),
    PULUMI_CONFIG_PASSPHRASE: "of-this-test-alone",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const run = (...args: readonly string[]): PulumiCliResult =>
    spawnSync(engine.pulumi, [...args, "--non-interactive"], {
      cwd: program,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 27,
    });
  const created = run("stack", "init", environment);
  if (created.status !== 0) throw new Error(`pulumi stack init failed: ${created.stderr}`);
  return {
    directory: program,
    state,
    env,
    stackFile,
    run,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Replaces a text of the stack file; throws if the text is missing. */
export function editStackFile({ stackFile }: PulumiStack, before: string, after: string): void {
  const text = readFileSync(stackFile, "utf8");
  if (!text.includes(before)) throw new Error(`${stackFile} does not contain ${JSON.stringify(before)}.`);
  writeFileSync(stackFile, text.replace(before, after));
}
