import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FAULTS, type Fault, parseFaults } from "../../reference-server/faults.ts";
import { createSelfSignedCertificate } from "../../reference-server/self-signed-certificate.ts";
import { connectTelemetry } from "./support/telemetry-socket.ts";
import { API_TOKEN, type Env, startTestServer, type TestServer } from "./support/test-server.ts";

let directory: string;
let tls: Env;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-faults-"));
  const { cert, key } = await createSelfSignedCertificate(30);
  writeFileSync(join(directory, "tls.crt"), cert);
  writeFileSync(join(directory, "tls.key"), key, { mode: 0o600 });
  tls = {
    GODOT_TLS_ENABLED: "true",
    GODOT_TLS_CERT_PATH: join(directory, "tls.crt"),
    GODOT_TLS_KEY_PATH: join(directory, "tls.key"),
  };
});
afterAll(() => rmSync(directory, { recursive: true }));

function isPortOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

function readCertificateExpiry(server: TestServer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = connectTls(
    Number(server.env.GODOT_HTTP_PORT),
    "127.0.0.1",
    { rejectUnauthorized: false },
    () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.destroy();
    },
  );
  socket.on("error", reject);
  return promise;
}

/** A condition per fault that is true without the fault and false with it. */
const HEALTHY_CHECKS: Readonly<Record<Fault, (server: TestServer) => Promise<boolean>>> = {
  "no-auth": async (server) => (await server.call("/performance")).status === 401,
  "no-rate-limit": async (server) => {
    const replies = [];
    for (let turn = 0; turn < 3; turn += 1) replies.push((await server.call("/status")).status);
    return replies.includes(429);
  },
  "whitelist-off": async (server) => {
    const body = { scene: "res://tests/secret.tscn" };
    return (await server.call("/scene", { method: "POST", token: API_TOKEN, body })).status === 403;
  },
  "wrong-scene": async (server) => (await server.call("/status")).json.scene === "res://vr_main.tscn",
  "slow-answers": async (server) => {
    const begin = performance.now();
    await server.call("/health");
    return performance.now() - begin < 1000;
  },
  "server-errors": async (server) => (await server.call("/health")).status === 200,
  "expired-certificate": async (server) => (await readCertificateExpiry(server)) > Date.now(),
  "metrics-missing": async (server) =>
    (await server.call("/metrics", { token: API_TOKEN })).text.includes("spacetime_frame_rate_hertz"),
  "websocket-refused": (server) =>
    connectTelemetry(server).then(
      ({ socket }) => {
        socket.terminate();
        return true;
      },
      () => false,
    ),
  "debug-port-open": async (server) =>
    !(await isPortOpen(Number(server.env.GODOT_DAP_PORT))) &&
    !(await isPortOpen(Number(server.env.GODOT_LSP_PORT))),
};

const CHANGES: Env = { GODOT_RATE_LIMIT_STATUS_PER_MINUTE: "2", GODOT_DEBUG_ADAPTERS_ENABLED: "false" };

test.each(Object.keys(FAULTS) as Fault[])(
  "the fault %s breaks its condition, and a server without it does not",
  async (fault) => {
    const changes = fault === "expired-certificate" ? { ...CHANGES, ...tls } : CHANGES;
    const sound = await startTestServer(changes);
    const broken = await startTestServer(changes, { faults: [fault] });
    expect([await HEALTHY_CHECKS[fault](sound), await HEALTHY_CHECKS[fault](broken)]).toEqual([true, false]);
    expect(broken.lines.length).toBeGreaterThan(0);
  },
);

test("/status lists the enabled faults", async () => {
  const server = await startTestServer({}, { faults: ["slow-answers", "no-auth"] });
  expect((await server.call("/status")).json.faults).toEqual(["slow-answers", "no-auth"]);
});

test("an unknown fault is rejected with a list of the known ones", () => {
  expect(() => parseFaults(["no-aut"])).toThrow(/--fault is "no-aut".*no-auth/);
});

test("no environment variable enables a fault", async () => {
  const server = await startTestServer({ GODOT_FAULT: "no-auth", FAULT: "no-auth" });
  expect((await server.call("/status")).json.faults).toEqual([]);
});

test("/status identifies the reference server", async () => {
  const server = await startTestServer();
  const { implementation, notice } = (await server.call("/status")).json;
  expect([implementation, notice]).toEqual(["reference", expect.stringContaining("is not a Godot build")]);
});

test("a renewed certificate is served without a restart, and an incomplete one is ignored", async () => {
  const server = await startTestServer({ ...tls, GODOT_TLS_RELOAD_SECONDS: "5" }, { intervalFactor: 0.004 });
  const before = await readCertificateExpiry(server);
  writeFileSync(join(directory, "tls.crt"), "half");
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await readCertificateExpiry(server)).toBe(before);
  const { cert, key } = await createSelfSignedCertificate(60);
  writeFileSync(join(directory, "tls.key"), key);
  writeFileSync(join(directory, "tls.crt"), cert);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await readCertificateExpiry(server)).toBeGreaterThan(before);
});

test("connections below the minimum TLS version are rejected", async () => {
  const server = await startTestServer({ ...tls, GODOT_TLS_MIN_VERSION: "1.3" });
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { rejectUnauthorized: false, maxVersion: "TLSv1.2" as const };
  const socket = connectTls(Number(server.env.GODOT_HTTP_PORT), "127.0.0.1", options, () =>
    resolve("connected"),
  );
  socket.on("error", () => resolve("refused"));
  expect(await promise).toBe("refused");
  expect((await server.call("/health")).status).toBe(200);
});
