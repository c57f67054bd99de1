import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError, type Problem } from "../../../components/shared/errors.ts";
import { auditValues } from "./audit-values.ts";
import { defaultDirectories, readStoredSecrets } from "./read-stored-secrets.ts";
import { findUnignoredPaths, isGitRepository, scanGitHistory } from "./scan-git-history.ts";

/** The result of an audit; it contains no values. */
export interface SecretsAudit {
  readonly directories: readonly string[];
  /** Number of secrets, keys and certificates. */
  readonly examined: number;
  /** Whether the history of a git repository was searched. */
  readonly history: boolean;
  readonly findings: readonly Problem[];
}

/**
 * Audits the stored secrets of a project: modes, ages, placeholders, weak and shared values, and whether git has one.
 * @throws InputError if a named directory has no secrets.
 */
export async function auditSecrets(
  project: string,
  named: readonly string[],
  now = Date.now(),
): Promise<SecretsAudit> {
  const directories = named.length === 0 ? defaultDirectories(project) : named.map((one) => resolve(one));
  const empty = directories.filter((directory) => !existsSync(join(directory, "secrets")));
  if (empty.length > 0 || directories.length === 0)
    throw new InputError("There is nothing to audit:", describeEmpty(empty, project));
  const secrets = directories.flatMap(readStoredSecrets);
  const history = isGitRepository(project);
  return {
    directories,
    examined: secrets.length,
    history,
    findings: [...auditValues(secrets, now), ...(history ? await auditGit(project, secrets) : [])],
  };
}

function describeEmpty(empty: readonly string[], project: string): Problem[] {
  const subjects = empty.length === 0 ? [join(project, ".spacetime-vr")] : empty;
  return subjects.map((subject) => ({
    subject,
    rule: "has no secrets",
    remedy: 'Generate them with "secrets generate package", start the local deployment, or name a directory.',
  }));
}

type StoredSecrets = ReturnType<typeof readStoredSecrets>;

async function auditGit(project: string, secrets: StoredSecrets): Promise<Problem[]> {
  const confidential = secrets.filter(({ kind }) => kind !== "certificate");
  const inside = confidential
    .filter(({ path }) => path.startsWith(`${resolve(project)}/`))
    .map(({ path }) => path);
  const unignored = findUnignoredPaths(project, inside).map((path) => ({
    subject: path,
    rule: "is not ignored by git",
    remedy: "Add it to .gitignore; if it was committed, rotate it.",
  }));
  // The first line of a PEM file is the same in every key.
  const values = confidential.map(({ path, text, kind }) => ({
    path,
    text: kind === "key" ? (text.split("\n")[1] ?? "") : text,
  }));
  const leaked = await scanGitHistory(project, values);
  return [
    ...unignored,
    ...leaked.map(({ path, object, committed }) => ({
      subject: path,
      rule: `is in the git repository (${committed ?? `object ${object.slice(0, 12)}`})`,
      remedy: "Rotate it now: every clone has it. Removing the commit is not enough.",
    })),
  ];
}
