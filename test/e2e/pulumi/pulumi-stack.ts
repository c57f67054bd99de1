import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the engine needs of the repository to run the program. */
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

/** One run of the CLI. */
export interface PulumiCliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stack of its own: a copy of the program, a file backend and a passphrase that nobody else knows. */
export interface PulumiStack {
  /** The stack file of the copy, free to be changed. */
  readonly stackFile: string;
  readonly run: (...args: readonly string[]) => PulumiCliResult;
  readonly remove: () => void;
}

/**
 * Lays the program out below the repository, in a directory that git ignores, so that Node finds the installed packages while
 * the CLI writes its salt into the copy of the stack file.
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

/** Replaces a text of the stack file that must be there. */
export function editStackFile({ stackFile }: PulumiStack, before: string, after: string): void {
  const text = readFileSync(stackFile, "utf8");
  if (!text.includes(before)) throw new Error(`${stackFile} does not hold ${JSON.stringify(before)}.`);
  writeFileSync(stackFile, text.replace(before, after));
}
