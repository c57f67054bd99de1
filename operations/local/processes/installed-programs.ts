import { accessSync, constants, globSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Parts beside the game server; each is used when this machine has it, and may be left out. */
export const OPTIONAL_SERVICES = ["nginx", "postgres", "redis"] as const;

export type OptionalService = (typeof OPTIONAL_SERVICES)[number];

/** Debian keeps servers in /usr/sbin and Postgres beside its version, Homebrew in its own places: not on every PATH. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

const POSTGRES_DIRECTORIES = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
];

/** The full path of a program, or undefined when this machine has none. */
export function findProgram(name: string, path = process.env.PATH ?? ""): string | undefined {
  const places = [...path.split(delimiter), ...(process.platform === "win32" ? [] : EXTRA_DIRECTORIES)];
  // The newest version first: a data directory of an older one is recognised by its own file.
  const versions =
    name === "initdb" ? POSTGRES_DIRECTORIES.flatMap((place) => globSync(place).sort().reverse()) : [];
  const file = process.platform === "win32" ? `${name}.exe` : name;
  return [...places, ...versions]
    .filter((place) => place !== "")
    .map((place) => join(place, file))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The programs of the parts that this machine has and that were not left out. */
export interface Programs {
  readonly nginx: string | undefined;
  readonly redis: string | undefined;
  readonly postgres: { readonly initdb: string; readonly postgres: string } | undefined;
}

/** Looks for the parts. On Windows none of them is a program that can be supervised, so all stay out. */
export function findPrograms(without: readonly OptionalService[]): Programs {
  const wanted = (part: OptionalService): boolean => process.platform !== "win32" && !without.includes(part);
  return {
    nginx: wanted("nginx") ? findProgram("nginx") : undefined,
    redis: wanted("redis") ? findProgram("redis-server") : undefined,
    postgres: wanted("postgres") ? findPostgres() : undefined,
  };
}

function findPostgres(): Programs["postgres"] {
  const initdb = findProgram("initdb");
  if (initdb === undefined) return undefined;
  // Debian's initdb on the PATH is a link; the server lies beside the real one.
  const postgres = join(dirname(realpathSync(initdb)), "postgres");
  return isExecutable(postgres) ? { initdb, postgres } : undefined;
}
