import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files of the repository that Pulumi needs to run the program. */
const PROGRAM_FILES = [
  "Pulumi.yaml",
  "Pulumi.local.yaml",
  "package.json",
  "index.ts",
  "components",
  "checklist",
  "plan",
  "policy",
];

/** The result of a CLI run. */
export interface PulumiCliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A separate stack: a copy of the program, a file backend and a random passphrase. */
export interface PulumiStack {
  /** The stack file of the copy, which may be changed. */
  readonly stackFile: string;
  readonly run: (...args: readonly string[]) => PulumiCliResult;
  readonly remove: () => void;
}

/**
 * Copies the program below the repository into a directory that Git ignores, so that Node finds the installed
 * packages and the CLI can write its salt into the copy of the stack file.
 */
export function createPulumiStack(pulumi: string, kubeconfig: string): PulumiStack {
  const parent = join(process.cwd(), ".spacetime-vr");
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, "pulumi-e2e-"));
  const program = join(directory, "program");
  const state = join(directory, "state");
  for (const path of [program, state]) mkdirSync(path);
  for (const path of PROGRAM_FILES)
    cpSync(join(process.cwd(), path), join(program, path), { recursive: true });
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "of-this-test-alone",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const run = (...args: readonly string[]): PulumiCliResult =>
    spawnSync(pulumi, [...args, "--non-interactive"], {
      cwd: program,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 27,
    });
  const created = run("stack", "init", "local");
  if (created.status !== 0) throw new Error(`pulumi stack init failed: ${created.stderr}`);
  return {
    stackFile: join(program, "Pulumi.local.yaml"),
    run,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Replaces a text of the stack file; throws if it is missing. */
export function editStackFile({ stackFile }: PulumiStack, before: string, after: string): void {
  const text = readFileSync(stackFile, "utf8");
  if (!text.includes(before)) throw new Error(`${stackFile} does not hold ${JSON.stringify(before)}.`);
  writeFileSync(stackFile, text.replace(before, after));
}
