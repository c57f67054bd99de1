import type { ClientConfig } from "pg";
import type { PgBackRest } from "./pgbackrest.ts";
import type { RepositoryPaths } from "./repository.ts";

/** A repository with the key that opens it. */
export interface Repository {
  readonly paths: RepositoryPaths;
  /** The backup encryption key. */
  readonly key: string;
  readonly pgBackRest: PgBackRest;
}

/** The running data services that are backed up. */
export interface BackupSource {
  readonly postgres: {
    readonly data: string;
    readonly connection: ClientConfig;
    /** The database with the players and the world. */
    readonly database: string;
  };
  readonly redis: RedisSource | undefined;
  /** The files with secrets and certificates: path in the backup and on this machine. */
  readonly secretFiles: readonly { readonly name: string; readonly path: string }[];
}

export interface RedisSource {
  readonly port: number;
  readonly password: string;
  readonly authorityFile: string;
}
