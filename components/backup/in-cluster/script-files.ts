import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The scripts of the backups, in `scripts/`. */
export type BackupScript =
  | "archiver.sh"
  | "backup-postgres.sh"
  | "check-archive.sh"
  | "drill-redis.sh"
  | "drill-restore.sh"
  | "drill-verify.sh"
  | "pgbackrest-archive-wal.sh"
  | "repository-key.sh"
  | "serve-pgbackrest.sh"
  | "snapshot-redis.sh"
  | "store-redis.sh";

/** The contents of scripts by file name, for a ConfigMap. */
export function readScripts(...names: readonly BackupScript[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const path = fileURLToPath(new URL(`./scripts/${name}`, import.meta.url));
      // Git may check out the files with CRLF on Windows, which no shell in a container accepts.
      return [name, readFileSync(path, "utf8").replaceAll("\r\n", "\n")];
    }),
  );
}
