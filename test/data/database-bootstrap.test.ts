import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually, freePort } from "../support/ports.ts";
import { replacePaths } from "../support/replace-paths.ts";
import { describeWithTool } from "../support/tools.ts";
import { planBootstrapJob } from "./bootstrap-job.ts";
import { serverUserIds } from "./local-data-store.ts";

test("a rotated password creates a new Job, and other changes do not", async () => {
  const { job } = await planBootstrapJob();
  const rotated = await planBootstrapJob((values) => {
    values.secretVersions = { "postgres-app-password": 2 };
  });
  const scaled = await planBootstrapJob(({ gameServer }) => {
    gameServer.drainSeconds = 60;
  });
  expect(rotated.job.metadata.name).not.toBe(job.metadata.name);
  expect(scaled.job.metadata.name).toBe(job.metadata.name);
});

/**
 * A Postgres as in RDS: `postgres` is not a superuser, but may create roles and databases and grant the right to read
 * everything.
 */
describeWithTool(
  "initdb",
  "the roles of a managed database, created by the planned Job on a real Postgres",
  (initdb) => {
    const program = (name: string): string => join(dirname(realpathSync(initdb)), name);
    let directory: string;
    let port: number;
    let server: ChildProcess;
    let script: string;
    let environment: Record<string, string>;

    const at = (...parts: string[]): string => join(directory, ...parts);
    function write(path: string, text: string): void {
      writeFileSync(at(path), text, { mode: 0o600 });
      const { uid, gid } = serverUserIds();
      if (uid !== undefined && gid !== undefined) chownSync(at(path), uid, gid);
    }

    const master = (password: string): void =>
      write("master/secret.json", JSON.stringify({ username: "postgres", password }));

    const run = () =>
      spawnSync("bash", ["-ec", script], {
        ...serverUserIds(),
        encoding: "utf8",
        env: { ...environment, PATH: `${dirname(program("psql"))}:${process.env.PATH}` },
      });

    /** Runs a statement as the superuser over the socket. */
    const administer = (sql: string) =>
      spawnSync(
        program("psql"),
        ["-qAtX", "-h", at("socket"), "-p", String(port), "-U", "rdsadmin", "-d", "postgres", "-c", sql],
        {
          ...serverUserIds(),
          encoding: "utf8",
        },
      );

    function query(user: string, password: string, sql: string): string {
      const { stdout, stderr } = spawnSync(program("psql"), ["-AtX", "-U", user, "-c", sql], {
        encoding: "utf8",
        env: { ...process.env, ...environment, PGPASSWORD: password },
      });
      return `${stdout}${stderr}`.trim();
    }

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "spacetime-vr-bootstrap-"));
      const { uid, gid } = serverUserIds();
      for (const path of ["", "master", "secret", "socket", "config", "home"]) {
        mkdirSync(at(path), { recursive: true });
        if (uid !== undefined && gid !== undefined) chownSync(at(path), uid, gid);
      }
      port = await freePort();
      const { job, files } = await planBootstrapJob();
      const [container] = job.spec.template.spec.containers;
      const moves = {
        "/run/master": at("master"),
        "/run/secrets/postgres": at("secret"),
        "/etc/database-bootstrap": at("config"),
      };
      script = replacePaths(container.command.at(-1) ?? "", moves);
      environment = Object.fromEntries(
        container.env.map(({ name, value }) => [name, replacePaths(value, moves)]),
      );
      Object.assign(environment, { PGHOST: "localhost", PGPORT: String(port), HOME: at("home") });
      write("config/roles.sql", files["roles.sql"] ?? "");
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-days",
          "1",
        ].concat(
          ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
          ["-keyout", at("tls.key"), "-out", at("config/ca.crt")],
        ),
        { stdio: "pipe" },
      );
      write("tls.key", readFileSync(at("tls.key"), "utf8"));
      write("secret/postgres-app-password", "planted-app-password");
      write("secret/postgres-backup-password", "planted-backup-password");
      execFileSync(
        initdb,
        ["-D", at("data"), "--username=rdsadmin", "--auth-local=peer", "--auth-host=scram-sha-256"],
        {
          ...serverUserIds(),
          stdio: "pipe",
        },
      );
      write("data/pg_hba.conf", "local all rdsadmin trust\nhostssl all all all scram-sha-256\n");
      const settings = {
        port: String(port),
        listen_addresses: "127.0.0.1",
        unix_socket_directories: at("socket"),
        ssl: "on",
        ssl_cert_file: at("config/ca.crt"),
        ssl_key_file: at("tls.key"),
        // More is logged than in RDS; still no password may appear.
        log_statement: "all",
        log_min_error_statement: "error",
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      const log = openSync(at("server.log"), "a");
      server = spawn(program("postgres"), ["-D", at("data"), ...flags], {
        ...serverUserIds(),
        stdio: ["ignore", "ignore", log],
      });
      await eventually("Postgres answers on the socket", 30, () =>
        administer("SELECT 1").status === 0 ? true : undefined,
      );
      for (const sql of [
        "CREATE ROLE postgres LOGIN CREATEROLE CREATEDB PASSWORD 'planted\"-\\master:password'",
        "GRANT pg_read_all_data TO postgres WITH ADMIN OPTION",
        "CREATE DATABASE spacetime OWNER postgres",
      ]) {
        expect(administer(sql).stderr).toBe("");
      }
      writeFileSync(at("server.log"), "");
      master('planted"-\\master:password');
    }, 90_000);

    afterAll(async () => {
      const exited = once(server, "exit");
      server.kill("SIGINT");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    });

    test("the Job succeeds, and succeeds again, with any characters in the master password", () => {
      for (const { status, stdout, stderr } of [run(), run()]) {
        expect({ status, stderr, stdout }).toEqual({
          status: 0,
          stderr: expect.not.stringMatching(/error/i),
          stdout: "the roles and their passwords are set\n",
        });
      }
    });

    test("the application role can create and read its tables over TLS, without special privileges", () => {
      expect(
        query("spacetime_app", "planted-app-password", "CREATE TABLE players (id int); SELECT 'made'"),
      ).toContain("made");
      expect(
        query(
          "spacetime_app",
          "planted-app-password",
          "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = current_user",
        ),
      ).toBe("f");
    });

    test("the backup role can read everything and change nothing", () => {
      expect(query("spacetime_backup", "planted-backup-password", "SELECT count(*) FROM players")).toBe("0");
      expect(query("spacetime_backup", "planted-backup-password", "DELETE FROM players")).toContain(
        "permission denied",
      );
    });

    test("after a rotation the new password works and the old one does not", () => {
      write("secret/postgres-app-password", "planted-next-password");
      expect(run().status).toBe(0);
      expect(query("spacetime_app", "planted-next-password", "SELECT 1")).toBe("1");
      expect(query("spacetime_app", "planted-app-password", "SELECT 1")).toContain("authentication failed");
    });

    test("the server log contains no password, although every statement is logged", () => {
      const log = readFileSync(at("server.log"), "utf8");
      expect(log).toContain("SCRAM-SHA-256");
      expect(log).not.toContain("planted");
    });

    test("a wrong or missing master password fails the Job", () => {
      master("wrong");
      const refused = run();
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain("authentication failed");
      write("master/secret.json", "{}");
      expect(run().status).not.toBe(0);
    });

    test("a certificate of another CA fails the Job before it sends a password", () => {
      master('planted"-\\master:password');
      const before = readFileSync(at("config/ca.crt"), "utf8");
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-days",
          "1",
        ].concat(["-subj", "/CN=localhost", "-keyout", "/dev/null", "-out", at("config/ca.crt")]),
        { stdio: "pipe" },
      );
      const { status, stderr } = run();
      writeFileSync(at("config/ca.crt"), before);
      expect(status).not.toBe(0);
      expect(stderr).toContain("certificate verify failed");
    });
  },
);
