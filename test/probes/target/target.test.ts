import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { renderHtmlReport } from "../../../probes/report/html-report.ts";
import { readHistory, saveReport } from "../../../probes/report/report-history.ts";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { redactSecretsAndJwts, Secret } from "../../../probes/secret.ts";
import { readCluster } from "../../../probes/sources/kubectl.ts";
import { resolveTarget } from "../../../probes/target/target.ts";
import { SELF_SIGNED_CERTIFICATE } from "../../support/certificates.ts";
import { openTestContext, startTestDeployment } from "../support/test-deployment.ts";

let directory: string;
const TOKEN = "planted-token-0123456789abcdef0123456789abcdef";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-target-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const writeTestFile = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const resolveTestTarget = (argument: string, options: object = {}) =>
  resolveTarget(argument, { directory, env: {}, ...options });

describe("a target name is resolved to a target or an error", () => {
  test("a URL has production's expectations, with a token from the environment or a file", async () => {
    const env = { SPACETIME_VR_API_TOKEN: TOKEN };
    const target = await resolveTestTarget("https://play.example.org:8443/", {
      env,
      caFile: writeTestFile("ca.crt", SELF_SIGNED_CERTIFICATE),
    });
    expect(target).toMatchObject({
      url: "https://play.example.org:8443",
      telemetryUrl: "wss://play.example.org:8443/telemetry",
      serverName: "play.example.org",
      expected: { mainScene: "res://vr_main.tscn", telemetryRateHz: 90, debugAdapters: false },
    });
    expect(target.apiToken?.reveal()).toBe(TOKEN);
    const named = await resolveTestTarget("https://play.example.org", {
      tokenFile: writeTestFile("token", `${TOKEN}\n`),
    });
    expect(named.apiToken?.reveal()).toBe(TOKEN);
  });

  test("an environment name is resolved to the domain of its config", async () => {
    const target = await resolveTarget("production", { directory: process.cwd(), env: {} });
    expect(target).toMatchObject({
      url: "https://play.example.com",
      environment: "production",
      cluster: { context: "spacetime-vr-production" },
      expected: { servers: 3, cores: 1.7, autoscaled: true, telemetryRateHz: 90 },
    });
    expect(target.expected.variables?.size).toBeGreaterThan(90);
  });

  test.each([
    ["an unknown name", "prodution", {}, /target is "prodution".*environment.*or a URL/],
    ["a plain http URL of another machine", "http://play.example.org", {}, /must be https.*plain text/],
    [
      "a plaintext telemetry URL of another machine",
      "https://play.example.org",
      { telemetryUrl: "ws://play.example.org/telemetry" },
      /--telemetry-url.*wss:\/\/.*plain text/,
    ],
    [
      "a plaintext server URL of another machine",
      "https://play.example.org",
      { serverUrl: "http://10.0.0.1:8080" },
      /--server-url.*plain text/,
    ],
    [
      "an invalid telemetry URL",
      "https://play.example.org",
      { telemetryUrl: "telemetry" },
      /--telemetry-url.*must be an address/,
    ],
    [
      "a monitoring token for a plaintext URL",
      "https://play.example.org",
      { prometheusUrl: "http://10.0.0.1:9090", env: { SPACETIME_VR_MONITORING_TOKEN: TOKEN } },
      /--prometheus-url.*plain text/,
    ],
    ["a password in the URL", "https://user:word@play.example.org", {}, /plain address/],
    ["a token in the URL", `https://play.example.org/?token=${TOKEN}`, {}, /plain address/],
    [
      "a missing token file",
      "https://play.example.org",
      { tokenFile: "/nowhere/token" },
      /--token-file.*ENOENT/,
    ],
    [
      "a token file with more than one token",
      "https://play.example.org",
      { tokenFile: "README.md" },
      /at most 4096|one token/,
    ],
    [
      "an invalid CA certificate",
      "https://play.example.org",
      { caFile: "package.json" },
      /certificate in PEM/,
    ],
    ["the target local without a local deployment", "local", {}, /npm start/],
  ] as const)(
    "%s is rejected with a remedy and without showing a token",
    async (_title, argument, options, message) => {
      const error = await resolveTestTarget(argument, options).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
      expect(String((error as Error).message)).not.toMatch(/planted|word@/);
    },
  );

  test("the local deployment is found by its target file", async () => {
    const world = await startTestDeployment();
    try {
      const target = await resolveTarget("local", { directory: world.directory, env: {} });
      expect(target).toMatchObject({ url: world.target.url, environment: "local", serverName: "localhost" });
      const { context, close } = openTestContext(target);
      expect((await context.http("/performance")).status).toBe(200);
      expect(await context.processes?.()).toMatchObject({
        current: { exists: true },
        processes: [{ alive: true }],
      });
      close();
    } finally {
      await world.stop();
    }
  });

  test.each([
    ["has another format version", JSON.stringify({ version: 2 })],
    ["is not JSON", "half"],
  ])("a local target file that %s is rejected", async (_title, text) => {
    const state = join(directory, ".spacetime-vr", "local");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "target.json"), text);
    await expect(resolveTestTarget("local")).rejects.toMatchObject({ exitCode: 2 });
    rmSync(join(directory, ".spacetime-vr"), { recursive: true });
  });
});

describe("tokens are not exposed", () => {
  test("printing a secret or serializing it as JSON masks it", () => {
    const secret = new Secret(TOKEN);
    const texts = [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`];
    expect(texts.join(" ")).not.toContain("planted");
    expect(redactSecretsAndJwts(`Bearer ${TOKEN}; eyJhbGciOiJ.eyJzdWIi.c2ln`, [secret])).toBe(
      "Bearer [hidden]; [hidden]",
    );
  });
});

describe("a cluster is read with kubectl", () => {
  const signal = new AbortController().signal;

  test("a missing kubectl is reported with how to install it, with exit code 3", async () => {
    const error = await readCluster({ signal, kubectl: join(directory, "no-kubectl") }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/kubectl not found\. Install/),
    });
  });

  test("objects are grouped by kind, Secrets are not read, and an error of kubectl is reported", async () => {
    const list = {
      items: [
        { kind: "Pod", metadata: { name: "a" } },
        { kind: "Node", metadata: { name: "n" } },
      ],
    };
    const kubectl = writeTestFile(
      "kubectl",
      `#!/bin/sh\necho "$@" >> ${directory}/asked\necho '${JSON.stringify(list)}'\n`,
    );
    chmodSync(kubectl, 0o700);
    const found = await readCluster({ signal, kubectl, context: "test" });
    expect([found.pods.length, found.nodes.length, found.services.length]).toEqual([5, 5, 0]);
    const { readFileSync } = await import("node:fs");
    const asked = readFileSync(join(directory, "asked"), "utf8");
    expect(asked).toMatch(/--context test/);
    expect(asked).not.toMatch(/secrets/);
    const refusing = writeTestFile(
      "refusing",
      "#!/bin/sh\necho 'error: context does not exist' >&2\nexit 1\n",
    );
    chmodSync(refusing, 0o700);
    await expect(readCluster({ signal, kubectl: refusing })).rejects.toThrow("context does not exist");
  });
});

describe("reports of earlier runs", () => {
  const report = (day: number): SuiteReport => ({
    version: 1,
    suite: "health",
    target: "local",
    url: "https://127.0.0.1:1",
    started: new Date(Date.UTC(2026, 0, day)).toISOString(),
    durationMs: 1200,
    verdict: day % 2 === 0 ? "failed" : "successful",
    passed: 1,
    failed: day % 2,
    notApplicable: 0,
    checks: [
      {
        id: "health/memory",
        name: "memory",
        title: "A <b>title</b>",
        verdict: { outcome: "pass" },
        findings: {},
        measured: { memory_mb: 4 },
        durationMs: 3,
      },
    ],
  });

  test("are kept up to a limit, and a corrupt file does not affect the others", () => {
    for (let day = 1; day <= 60; day += 1) saveReport(directory, report(day));
    writeFileSync(join(directory, "health", "2026-01-01T00-00-00-000Z-abcd.json"), "half");
    const kept = readHistory(directory, "health");
    expect(readdirSync(join(directory, "health")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect([kept.length, kept.at(-1)?.started]).toEqual([48, report(60).started]);
  });

  test("are shown on the page, which is self-contained and escapes their values", () => {
    const page = renderHtmlReport(report(3), [report(1), report(2)]);
    expect(page).toContain("History");
    expect(page).toContain("A &lt;b&gt;title&lt;/b&gt;");
    expect(page).not.toMatch(/<script|src=|https?:\/\/(?!127)/);
  });
});
