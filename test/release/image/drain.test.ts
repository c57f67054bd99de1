import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  generatePrivateKey,
  issueCertificate,
  validityPeriod,
} from "../../../operations/certificates/issue-certificate.ts";
import { type RunningServer, startServer } from "../../../reference-server/server.ts";
import { API_TOKEN, createTestEnv } from "../../reference-server/support/test-server.ts";
import { freePort } from "../../support/ports.ts";
import { describeWithTool } from "../../support/tools.ts";

const SCRIPT = resolve("release/image/drain");

interface ScriptResult {
  readonly code: number;
  readonly stderr: string;
}

function runDrain(env: Readonly<Record<string, string>>): Promise<ScriptResult> {
  return new Promise((done) => {
    const path = process.env.PATH ?? "/usr/bin:/bin";
    execFile("sh", [SCRIPT], { env: { PATH: path, ...env } }, (error, _stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stderr }),
    );
  });
}

describeWithTool("curl", "the preStop hook of the image", () => {
  let directory = "";
  let env: Record<string, string> = {};
  let server: RunningServer | undefined;
  let lines: string[] = [];
  const stop = async (): Promise<void> => {
    const running = server;
    server = undefined;
    await running?.stop();
  };
  const at = (name: string): string => join(directory, name);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "spacetime-vr-drain-"));
    const [caKey, key] = await Promise.all(
      [1, 2].map(() => generatePrivateKey({ kind: "ecdsa", curve: "P-256" })),
    );
    if (caKey === undefined || key === undefined) throw new Error("no keys");
    const common = { ipAddresses: [], ...validityPeriod(Date.now(), 3_600_000) };
    const ca = await issueCertificate(
      { ...common, subject: { commonName: "test" }, dnsNames: [], uses: ["cert_signing"], isCa: true },
      caKey,
    );
    const leaf = await issueCertificate(
      {
        ...common,
        subject: { commonName: "localhost" },
        dnsNames: ["localhost"],
        uses: ["digital_signature", "server_auth"],
        isCa: false,
      },
      key,
      { certificatePem: ca, privateKeyPem: caKey },
    );
    writeFileSync(at("ca.crt"), ca);
    writeFileSync(at("tls.crt"), leaf);
    writeFileSync(at("tls.key"), key, { mode: 0o600 });
  });
  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true });
  });

  /** Starts a server over TLS, and returns the variables of its pod that the hook reads. */
  async function start(): Promise<void> {
    await stop();
    lines = [];
    const variables = await createTestEnv({
      GODOT_HTTP_PORT: String(await freePort()),
      GODOT_TLS_ENABLED: "true",
      GODOT_TLS_CERT_PATH: at("tls.crt"),
      GODOT_TLS_KEY_PATH: at("tls.key"),
      GODOT_TLS_CA_PATH: at("ca.crt"),
      GODOT_DRAIN_TIMEOUT_SECONDS: "10",
    });
    server = await startServer(variables, { write: (line) => lines.push(line) });
    env = Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith("GODOT_")));
  }

  test("is executable", () => {
    expect(statSync(SCRIPT).mode & 0o111).toBe(0o111);
  });

  test("returns when the server is drained", async () => {
    await start();
    expect(await runDrain(env)).toEqual({ code: 0, stderr: "" });
    expect(lines.join("\n")).toContain("drain finished");
  });

  test("fails with the status, and without the token, when the server rejects the token", async () => {
    await start();
    const wrong = "wrong-token-0123456789abcdef0123456789abcdef";
    const { code, stderr } = await runDrain({ ...env, GODOT_API_TOKEN: wrong });
    expect([code, stderr]).toEqual([1, "drain: the server answered 401\n"]);
  });

  test("fails when the server's certificate is not of the internal CA", async () => {
    await start();
    writeFileSync(at("other.crt"), readFileSync(at("tls.crt")));
    const { code, stderr } = await runDrain({ ...env, GODOT_TLS_CA_PATH: at("missing.crt") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/did not answer in time \(curl exit code 77\)/);
    expect(stderr).not.toContain(API_TOKEN);
  });

  test("has nothing to do when the server has ended already", async () => {
    await start();
    await stop();
    expect(await runDrain(env)).toMatchObject({ code: 0, stderr: expect.stringMatching(/not running/) });
  });

  test("passes the token to curl on standard input only", async () => {
    const bin = mkdtempSync(join(directory, "bin-"));
    writeFileSync(
      join(bin, "curl"),
      `#!/bin/sh\nprintf '%s ' "$@" > ${at("args")}\ncat > ${at("stdin")}\nprintf 200\n`,
    );
    chmodSync(join(bin, "curl"), 0o755);
    const { code } = await runDrain({ ...env, PATH: `${bin}:/usr/bin:/bin`, GODOT_API_TOKEN: API_TOKEN });
    expect(code).toBe(0);
    expect(readFileSync(at("args"), "utf8")).not.toContain(API_TOKEN);
    expect(readFileSync(at("stdin"), "utf8")).toBe(`header = "Authorization: Bearer ${API_TOKEN}"\n`);
  });
});
