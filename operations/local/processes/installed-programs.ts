import { globSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { MissingToolError } from "../../../components/shared/errors.ts";
import { findProgram, isExecutable } from "../../find-program.ts";

/** Optional services: each is used if it is installed and not excluded. */
export const OPTIONAL_SERVICES = ["nginx", "postgres", "redis"] as const;

export type OptionalService = (typeof OPTIONAL_SERVICES)[number];

/**
 * Debian installs servers in /usr/sbin and Postgres in a versioned directory, Homebrew in its own directories; they
 * are not on every PATH.
 */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

const POSTGRES_DIRECTORIES = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
];

/** Returns the full path of an installed program, also outside PATH; undefined if it is not installed. */
export function findInstalledProgram(name: string): string | undefined {
  const extra = process.platform === "win32" ? [] : EXTRA_DIRECTORIES;
  // The newest version first; a data directory of another version is recognized by its own file.
  const versions =
    name === "initdb" ? POSTGRES_DIRECTORIES.flatMap((place) => globSync(place).sort().reverse()) : [];
  return findProgram(name, [process.env.PATH ?? "", ...extra, ...versions].join(delimiter));
}

/** @throws MissingToolError with the given remedy if the program is not installed. */
export function requireInstalledProgram(name: string, remedy: string): string {
  const program = findInstalledProgram(name);
  if (program === undefined) throw new MissingToolError(name, remedy);
  return program;
}

/** The programs of the installed services that are not excluded. */
export interface Programs {
  readonly nginx: string | undefined;
  readonly redis: string | undefined;
  readonly postgres: { readonly initdb: string; readonly postgres: string } | undefined;
}

/** Finds the optional services. On Windows none of them can be supervised, so none is used. */
export function findPrograms(without: readonly OptionalService[]): Programs {
  const wanted = (part: OptionalService): boolean => process.platform !== "win32" && !without.includes(part);
  return {
    nginx: wanted("nginx") ? findInstalledProgram("nginx") : undefined,
    redis: wanted("redis") ? findInstalledProgram("redis-server") : undefined,
    postgres: wanted("postgres") ? findPostgres() : undefined,
  };
}

function findPostgres(): Programs["postgres"] {
  const initdb = findInstalledProgram("initdb");
  if (initdb === undefined) return undefined;
  // Debian's initdb on PATH is a link; the postgres binary is next to its target.
  const postgres = join(dirname(realpathSync(initdb)), "postgres");
  return isExecutable(postgres) ? { initdb, postgres } : undefined;
}
