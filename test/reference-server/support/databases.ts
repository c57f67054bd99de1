import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createSelfSignedCertificate } from "../../../reference-server/self-signed-certificate.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { type Env, PLAYER_KEY, WORLD_KEY } from "./test-server.ts";

const REDIS_PASSWORD = "planted-redis-password";

/** A database or Redis that a test started. */
export interface TestDatabase {
  readonly env: Env;
  readonly port: number;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Postgres does not run as root; as root, tests run it as the user postgres. */
function findPostgresUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function createStop(child: ChildProcess, signal: NodeJS.Signals, directory: string) {
  return async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGCONT");
      child.kill(signal);
      await exited;
    }
    rmSync(directory, { recursive: true, force: true });
  };
}

/** Starts a Postgres that requires TLS, with an empty database `spacetime`. */
export async function startPostgres(initdb: string): Promise<TestDatabase & { readonly dump: () => string }> {
  const program = (name: string): string => join(dirname(realpathSync(initdb)), name);
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-reference-postgres-"));
  const port = await freePort();
  const { cert, key } = await createSelfSignedCertificate(30);
  writeFileSync(join(directory, "tls.crt"), cert);
  writeFileSync(join(directory, "tls.key"), key);
  const { uid, gid } = findPostgresUser();
  for (const path of [directory, join(directory, "tls.crt"), join(directory, "tls.key")]) {
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  }
  chmodSync(join(directory, "tls.key"), 0o600);
  chmodSync(directory, 0o755);
  const data = join(directory, "data");
  const initial = ["-D", data, "--username=spacetime_app", "--auth=trust", "--no-sync", "--encoding=UTF8"];
  execFileSync(initdb, [...initial, "--locale=C.UTF-8"], { ...findPostgresUser(), stdio: "pipe" });
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${directory}`,
    "fsync=off",
  ]
    .concat(["ssl=on", `ssl_cert_file=${directory}/tls.crt`, `ssl_key_file=${directory}/tls.key`])
    .flatMap((setting) => ["-c", setting]);
  const child = spawn(program("postgres"), ["-D", data, ...settings], {
    ...findPostgresUser(),
    stdio: "ignore",
  });
  const socket = ["-h", directory, "-p", String(port), "-U", "spacetime_app"];
  await eventually("a database", 20, () =>
    spawnSync(program("createdb"), [...socket, "spacetime"], { stdio: "ignore" }).status === 0
      ? true
      : undefined,
  );
  const sql =
    "SELECT encode(record, 'escape') FROM players UNION SELECT encode(record, 'escape') FROM world_objects";
  return {
    port,
    process: child,
    env: {
      GODOT_DATABASE_HOST: "localhost",
      GODOT_DATABASE_PORT: String(port),
      GODOT_DATABASE_CA_PATH: join(directory, "tls.crt"),
      GODOT_PLAYER_DATA_KEY: PLAYER_KEY,
      GODOT_WORLD_DATA_KEY: WORLD_KEY,
    },
    dump: () =>
      execFileSync(program("psql"), [...socket, "-At", "-d", "spacetime", "-c", sql], { encoding: "utf8" }),
    stop: createStop(child, "SIGINT", directory),
  };
}

/** Starts a Redis with a password; a restart passes the previous port. */
export async function startRedis(redisServer: string, wanted?: number): Promise<TestDatabase> {
  const port = wanted ?? (await freePort());
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-reference-redis-"));
  // The config is passed on standard input, so that the password is not in the process list.
  const child = spawn(redisServer, ["-"], { stdio: ["pipe", "ignore", "ignore"] });
  const config = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${directory}`,
    `requirepass ${REDIS_PASSWORD}`,
    'save ""',
  ];
  child.stdin.end(`${config.join("\n")}\n`);
  await eventually("a pong", 10, () => {
    const env = { ...process.env, REDISCLI_AUTH: REDIS_PASSWORD };
    const { stdout } = spawnSync("redis-cli", ["-p", String(port), "ping"], { encoding: "utf8", env });
    return stdout.includes("PONG") ? true : undefined;
  });
  return {
    port,
    process: child,
    env: {
      GODOT_REDIS_HOST: "127.0.0.1",
      GODOT_REDIS_PORT: String(port),
      GODOT_REDIS_PASSWORD: REDIS_PASSWORD,
      GODOT_REDIS_TLS_ENABLED: "false",
    },
    stop: createStop(child, "SIGTERM", directory),
  };
}
