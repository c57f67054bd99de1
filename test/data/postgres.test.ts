import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, openSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually, freePort } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { type LocalDataStore, prepareDataStore, serverUserIds } from "./local-data-store.ts";

const PATHS = {
  "/run/secrets/tls": "tls",
  "/run/secrets/postgres": "secret",
  "/var/run/postgresql": "socket",
  "/etc/postgresql": ".",
};

describeWithTool("initdb", "the planned Postgres, with its own config, access rules and roles", (initdb) => {
  const program = (name: string): string => join(dirname(realpathSync(initdb)), name);
  let store: LocalDataStore;
  let port: number;
  let server: ChildProcess;

  function secret(name: string, value: string): void {
    const path = join(store.directory, "secret", name);
    writeFileSync(path, value);
    chmodSync(path, 0o644);
  }

  /** Runs the roles script over the socket, as the container's postStart hook does. */
  const roles = () =>
    spawnSync(
      program("psql"),
      ["-q", "-h", join(store.directory, "socket"), "-p", String(port)].concat([
        "-U",
        "postgres",
        "-d",
        "spacetime",
        "-f",
        join(store.directory, "roles.sql"),
      ]),
      {
        encoding: "utf8",
        ...serverUserIds(),
      },
    );

  /** Connects like a client of the Service; returns the output of psql, including errors. */
  function query(user: string, password: string, sql: string, sslmode = "verify-full"): string {
    const url = `host=localhost hostaddr=127.0.0.1 port=${port} dbname=spacetime user=${user} sslmode=${sslmode}`;
    const result = spawnSync(
      program("psql"),
      ["-At", "-c", sql, `${url} sslrootcert=${store.directory}/tls/ca.crt`],
      {
        encoding: "utf8",
        env: { ...process.env, PGPASSWORD: password },
      },
    );
    return `${result.stdout}${result.stderr}`.trim();
  }

  beforeAll(async () => {
    port = await freePort();
    store = await prepareDataStore("postgres", PATHS, port);
    const data = join(store.directory, "data");
    secret("postgres-admin-password", "planted-admin-password");
    secret("postgres-app-password", "planted-app-password");
    secret("postgres-backup-password", "planted-backup-password");
    execFileSync(
      initdb,
      ["-D", data, "--username=postgres", "--auth=scram-sha-256", "--data-checksums"].concat([
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        `--pwfile=${join(store.directory, "secret/postgres-app-password")}`,
      ]),
      { ...serverUserIds(), stdio: "pipe" },
    );
    const loopback = (store.files["postgresql.conf"] ?? "").replace("'*'", "'127.0.0.1'");
    writeFileSync(join(store.directory, "postgresql.conf"), loopback);
    const configFile = `config_file=${join(store.directory, "postgresql.conf")}`;
    const log = openSync(join(store.directory, "server.log"), "a");
    server = spawn(program("postgres"), ["-D", data, "-c", configFile], {
      ...serverUserIds(),
      stdio: ["ignore", "ignore", log],
    });
    const socket = ["-h", join(store.directory, "socket"), "-p", String(port), "-U", "postgres"];
    let refusal = "";
    await eventually("Postgres answers on the socket", 20, () => {
      const created = spawnSync(program("createdb"), [...socket, "spacetime"], {
        ...serverUserIds(),
        encoding: "utf8",
      });
      refusal = `${created.error ?? ""}${created.stderr}`;
      return created.status === 0 ? true : undefined;
    }).catch((error) => {
      throw new Error(`${error}\n${refusal}`);
    });
  }, 60_000);

  afterAll(async () => {
    const exited = once(server, "exit");
    server.kill("SIGINT");
    await exited;
    store.remove();
  });

  test("the roles script creates the roles and is idempotent", () => {
    expect([roles().stderr, roles().stderr]).toEqual(["", ""]);
  });

  test("the application role can create and read its tables over verified TLS", () => {
    const created = query(
      "spacetime_app",
      "planted-app-password",
      "CREATE TABLE players (id int); SELECT 'made'",
    );
    expect(created).toContain("made");
    expect(
      query(
        "spacetime_app",
        "planted-app-password",
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
      ),
    ).toBe("t");
  });

  test.each([
    ["without TLS", "spacetime_app", "planted-app-password", "disable", "no pg_hba.conf entry"],
    ["with a wrong password", "spacetime_app", "wrong", "verify-full", "password authentication failed"],
    [
      "as the superuser over the network",
      "postgres",
      "planted-app-password",
      "verify-full",
      "pg_hba.conf rejects",
    ],
  ])("a connection %s is rejected", (_case, user, password, sslmode, refusal) => {
    expect(query(user, password, "SELECT 1", sslmode)).toContain(refusal);
  });

  test("the backup role can read everything and change nothing", () => {
    expect(query("spacetime_backup", "planted-backup-password", "SELECT count(*) FROM players")).toBe("0");
    expect(query("spacetime_backup", "planted-backup-password", "DELETE FROM players")).toContain(
      "permission denied",
    );
  });

  test("after a rotation the new password works and the old one does not", () => {
    secret("postgres-app-password", "planted-next-password");
    expect(roles().stderr).toBe("");
    expect(query("spacetime_app", "planted-next-password", "SELECT 1")).toBe("1");
    expect(query("spacetime_app", "planted-app-password", "SELECT 1")).toContain("authentication failed");
  });

  test("the server log contains no password", () => {
    expect(readFileSync(join(store.directory, "server.log"), "utf8")).not.toContain("planted-");
  });
});
