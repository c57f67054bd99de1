import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../components/shared/errors.ts";

/** An `.env` file and what it still needs. */
export interface EnvFileStatus {
  readonly created: boolean;
  /** The variables without a value. */
  readonly empty: readonly string[];
  readonly variables: number;
}

/**
 * Creates an `.env` file from the template of an environment, with mode 0600; an existing file is only read.
 * @throws InputError for an unknown environment or a file that cannot be written.
 */
export function createEnvFile(directory: string, environment: string, file: string): EnvFileStatus {
  const template = join(directory, "config", environment, ".env.template");
  if (!/^[a-z]+$/.test(environment) || !existsSync(template)) {
    const names = readdirSync(join(directory, "config"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    throw envError(
      "environment",
      environment,
      "has no template",
      `Use one of: ${names.toSorted().join(", ")}.`,
    );
  }
  const created = !existsSync(file);
  try {
    if (created) writeFileSync(file, readFileSync(template), { mode: 0o600, flag: "wx" });
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => /^[A-Z0-9_]+=/.test(line));
    const empty = lines.filter(
      (line) => line.trimEnd().endsWith("=") && line.indexOf("=") === line.trimEnd().length - 1,
    );
    return { created, empty: empty.map((line) => line.slice(0, line.indexOf("="))), variables: lines.length };
  } catch {
    throw envError("file", file, "cannot be written or read", "Name a file in a directory that exists.");
  }
}

function envError(subject: string, value: string, rule: string, remedy: string): InputError {
  return new InputError("The environment file was not created:", [{ subject, value, rule, remedy }]);
}
