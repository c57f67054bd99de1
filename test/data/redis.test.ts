import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually, freePort } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { type LocalDataStore, prepareDataStore } from "./local-data-store.ts";

const PASSWORD = "planted-redis-password";

const PATHS = {
  "/run/secrets/tls": "tls",
  "/run/secrets/redis": "secret",
  "/run/redis": "run",
  "/etc/redis": ".",
  "/data": "data",
};

describeWithTool("redis-server", "the planned Redis, started with its own script and config", () => {
  let store: LocalDataStore;
  let port: number;
  let server: ChildProcess;

  const cli = (args: readonly string[], password = PASSWORD): string =>
    spawnSync(
      "redis-cli",
      ["-p", String(port), "--tls", "--cacert", join(store.directory, "tls/ca.crt"), ...args],
      {
        encoding: "utf8",
        env: { ...process.env, REDISCLI_AUTH: password },
      },
    ).stdout.trim();

  async function start(): Promise<void> {
    // In its own process group, so that the certificate watcher ends with the server.
    server = spawn("sh", ["-ec", store.start], { stdio: "ignore", detached: true });
    await eventually("Redis answers", 10, () => (cli(["ping"]).endsWith("PONG") ? true : undefined));
  }

  async function stop(): Promise<void> {
    const exited = once(server, "exit");
    server.kill("SIGTERM");
    await exited;
    if (server.pid !== undefined) {
      try {
        process.kill(-server.pid, "SIGKILL");
      } catch {
        // The process group no longer exists.
      }
    }
  }

  beforeAll(async () => {
    port = await freePort();
    store = await prepareDataStore("redis", PATHS, port);
    const loopback = (store.files["redis.conf"] ?? "").replace("bind * -::*", "bind 127.0.0.1");
    writeFileSync(join(store.directory, "redis.conf"), loopback);
    writeFileSync(join(store.directory, "secret/redis-password"), PASSWORD, { mode: 0o600 });
    await start();
  });
  afterAll(async () => {
    await stop();
    store.remove();
  });

  test("connections without the password or without TLS are rejected", () => {
    expect(cli(["ping"], "wrong")).toContain("NOAUTH");
    const plain = spawnSync("redis-cli", ["-p", String(port), "ping"], { encoding: "utf8" });
    expect(`${plain.stdout}${plain.stderr}`).not.toContain("PONG");
  });

  test("the password is not in the process arguments", () => {
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(PASSWORD);
  });

  test("written data is available after a restart", async () => {
    cli(["set", "mesh:region:1", "owner-7"]);
    await stop();
    await start();
    expect(cli(["get", "mesh:region:1"])).toBe("owner-7");
  });

  test("a renewed certificate is served without a restart", async () => {
    const fingerprint = (): string => {
      const shown = spawnSync("openssl", ["s_client", "-connect", `127.0.0.1:${port}`], {
        input: "",
        encoding: "utf8",
      });
      return spawnSync("openssl", ["x509", "-noout", "-fingerprint"], {
        input: shown.stdout,
        encoding: "utf8",
      }).stdout;
    };
    const before = fingerprint();
    expect(before).toContain("Fingerprint");
    store.renewCertificate();
    await eventually("the new certificate", 10, () => (fingerprint() === before ? undefined : true));
  });
});
