import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";

/** The directories and files of a backup repository. */
export interface RepositoryPaths {
  readonly root: string;
  /** Held by every command that changes or verifies the repository. */
  readonly lock: string;
  /** Size and digest of every file, as of the last backup or prune. */
  readonly inventory: string;
  /** Base backups and WAL, written by pgBackRest. */
  readonly pgbackrest: string;
  /** One directory per restore point: manifest, Redis snapshot, secrets. */
  readonly points: string;
  /** Drill records, the newest last. */
  readonly drills: string;
  /** Metrics of the last backup, verification and drill, in the text format of Prometheus. */
  readonly metrics: string;
}

export function repositoryPaths(root: string): RepositoryPaths {
  const at = (name: string): string => join(root, name);
  return {
    root,
    lock: at("lock.json"),
    inventory: at("inventory.json"),
    pgbackrest: at("pgbackrest"),
    points: at("points"),
    drills: at("drills"),
    metrics: at("metrics.prom"),
  };
}

/** Lists the files below a directory, relative to the repository and with slashes; an absent directory has none. */
export function listFiles(root: string, directory: string): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(directory);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
  return entries
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return listFiles(root, path);
      // pgBackRest links `latest` to the newest backup; a link holds no data.
      return entry.isFile() ? [relative(root, path).split(sep).join("/")] : [];
    })
    .sort();
}

const readEntries = (directory: string) => readdirSync(directory, { withFileTypes: true });
