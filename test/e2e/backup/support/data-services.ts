import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { makeDirectory, makeStateDirectory, writeJson } from "../../../../operations/local/files.ts";
import { type LocalPaths, localPaths } from "../../../../operations/local/paths.ts";
import { findPrograms } from "../../../../operations/local/processes/installed-programs.ts";
import { ProcessManager } from "../../../../operations/local/processes/process-manager.ts";
import { ensureCertificates } from "../../../../operations/local/services/certificates.ts";
import { startPostgres } from "../../../../operations/local/services/postgres.ts";
import { startRedis } from "../../../../operations/local/services/redis.ts";
import { ensureSecrets, readSecret } from "../../../../operations/local/services/secrets.ts";
import { acquireLock } from "../../../../operations/local/supervisor/lock.ts";
import { FieldEncryption } from "../../../../reference-server/data/field-encryption.ts";
import { MIGRATIONS } from "../../../../reference-server/data/migrations.ts";
import { freePort } from "../../../support/ports.ts";

/** The data services of a local deployment, without game server and gateway. */
export interface DataServicesFixture {
  readonly project: string;
  readonly paths: LocalPaths;
  readonly repository: string;
  /** A connection as the application's role. */
  readonly connect: () => Promise<pg.Client>;
  readonly savePlayer: (client: pg.Client, id: string) => Promise<void>;
  readonly redis: (command: string, ...args: string[]) => Promise<unknown>;
  /** Ends Postgres with SIGKILL and the rest gracefully, as a crash does. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Starts the data services again on what is in the state directory. */
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

interface Running {
  readonly postgres: { readonly port: number; readonly pid: number };
  readonly redisPort: number;
  readonly end: () => Promise<void>;
}

/** Creates a project with a running Postgres, which archives its WAL, and a running Redis. */
export async function startDataServices(prepare?: (project: string) => void): Promise<DataServicesFixture> {
  const project = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-backup-")));
  chmodSync(project, 0o755);
  prepare?.(project);
  const paths = localPaths(project);
  let running: Running | undefined;
  const start = async (): Promise<void> => {
    running = await startServices(paths);
  };
  await start();
  const port = (): number => running?.postgres.port ?? 0;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: port(),
      user: "spacetime_app",
      database: "spacetime",
      password: readSecret(paths.secrets, "postgres-app-password"),
      ssl: { ca: readFileSync(join(paths.tls, "ca.crt"), "utf8") },
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const stop = async (): Promise<void> => {
    await running?.end();
    running = undefined;
  };
  const client = await connect();
  for (const { sql } of MIGRATIONS) await client.query(sql);
  await client.end();
  return {
    project,
    paths,
    repository: join(project, ".spacetime-vr", "backup"),
    connect,
    savePlayer: async (database, id) => {
      const encryption = new FieldEncryption(readSecret(paths.secrets, "player-data-key"), "player");
      const values = [id, encryption.encrypt(id, { id, name: id })];
      await database.query("INSERT INTO players (id, record) VALUES ($1, $2)", values);
    },
    redis: (...args) => redisCommand(paths, running?.redisPort ?? 0, args),
    crash: async () => {
      if (running !== undefined) process.kill(running.postgres.pid, "SIGKILL");
      await stop();
    },
    stop,
    start,
    remove: async () => {
      await stop();
      rmSync(project, { recursive: true, force: true });
    },
  };
}

async function startServices(paths: LocalPaths): Promise<Running> {
  makeStateDirectory(paths.state);
  makeDirectory(paths.logs);
  ensureSecrets(paths);
  await ensureCertificates(paths.tls, "localhost");
  const manager = new ProcessManager(
    paths,
    () => undefined,
    () => undefined,
  );
  const programs = findPrograms([]);
  if (programs.postgres === undefined || programs.redis === undefined)
    throw new Error("Postgres and Redis are required.");
  const lock = acquireLock(paths.lock);
  const postgres = await startPostgres(manager, programs.postgres, await freePort());
  if (!("part" in postgres)) throw new Error(postgres.reason);
  if (postgres.part.note !== undefined) throw new Error(postgres.part.note);
  const redis = await startRedis(manager, programs.redis, await freePort());
  if (!("part" in redis)) throw new Error(redis.reason);
  const dataPorts = { database: postgres.part.port, redis: redis.part.port };
  writeJson(paths.running, { database: "own", redis: "own", dataPorts });
  return {
    postgres: { port: postgres.part.port, pid: postgres.part.process.report.pid ?? 0 },
    redisPort: redis.part.port,
    end: async () => {
      await redis.part.process.stop(5000);
      await postgres.part.process.stop(20_000);
      lock?.lock.release();
    },
  };
}

async function redisCommand(paths: LocalPaths, port: number, args: readonly string[]): Promise<unknown> {
  const { createClient } = await import("@redis/client");
  const client = createClient({
    password: readSecret(paths.secrets, "redis-password"),
    socket: { host: "localhost", port, tls: true, ca: readFileSync(join(paths.tls, "ca.crt")) },
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.sendCommand([...args]);
  } finally {
    client.destroy();
  }
}
