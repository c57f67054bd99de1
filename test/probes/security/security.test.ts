import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { runSuite } from "../../../probes/run-suite.ts";
import { Secret } from "../../../probes/secret.ts";
import type { Target } from "../../../probes/target/target.ts";
import {
  createNginxFixture,
  type NginxFixture,
  startNginx,
  writeNginxConfig,
} from "../../gateway/nginx-process.ts";
import { freePort } from "../../support/ports.ts";
import { describeWithTool } from "../../support/tools.ts";
import { startTestDeployment, type TestDeployment } from "../support/test-deployment.ts";
import { SERVICE_TOKEN, SIGNING_KEY, startWeakServer, WEAKNESSES, type Weakness } from "./weak-server.ts";

/** The findings that detect each weakness. */
const DETECTED_BY: Readonly<Record<Weakness, readonly string[]>> = {
  "accepts-unsigned": ["forged-tokens: unsigned"],
  "trusts-header-algorithm": ["forged-tokens: confused-algorithm"],
  "accepts-foreign-key": ["forged-tokens: foreign-key"],
  "ignores-signature": ["forged-tokens: modified"],
  "ignores-expiry": ["forged-tokens: expired"],
  "ignores-issuer": ["forged-tokens: wrong-issuer"],
  "ignores-roles": ["role-escalation: observer", "role-escalation: player", "role-escalation: issue-token"],
  "players-issue-tokens": ["role-escalation: issue-token"],
  "normalizes-after-authorization": ["path-traversal: raw"],
  "decodes-twice": ["path-traversal: encoded"],
  "accepts-any-size": ["hostile-bodies: oversized"],
  "overflows-on-nesting": ["hostile-bodies: nested"],
  "accepts-any-body": ["hostile-bodies: malformed"],
  "trusts-forwarded-for": ["rate-limit-evasion: spoofed"],
  "has-no-limits": ["rate-limit-evasion: limited"],
  "loads-any-scene": ["scene-escape: rejected"],
};

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment([], { GODOT_IDS_ENABLED: "true" });
});
afterAll(() => deployment.stop());

function failedFindings({ checks }: SuiteReport): readonly string[] {
  return checks.flatMap(({ name, findings }) =>
    Object.entries(findings).flatMap(([finding, { outcome }]) =>
      outcome === "fail" ? [`${name}: ${finding}`] : [],
    ),
  );
}

describe("the reference server", () => {
  test("rejects every attack of the suite, twice in a row, and does not block the prober", async () => {
    for (const _run of [1, 2]) {
      const report = await runSuite("security", deployment.target);
      expect(failedFindings(report)).toEqual([]);
      expect(report).toMatchObject({ verdict: "successful", passed: 7, failed: 0 });
      expect(report.checks[0]?.measured).toEqual({ forged: 6 });
    }
  });

  test("without the signing key, the two forgeries that need it are not applicable, not passed", async () => {
    const { local: _local, ...target } = deployment.target;
    const { checks } = await runSuite("security", target);
    expect(checks[0]?.findings).toMatchObject({
      unsigned: { outcome: "pass" },
      expired: { outcome: "not-applicable" },
      "wrong-issuer": { outcome: "not-applicable" },
    });
  });

  test("without the service token, nothing that needs it passes", async () => {
    const { apiToken: _token, ...target } = deployment.target;
    const report = await runSuite("security", target);
    expect(report.checks.filter(({ verdict }) => verdict.outcome === "pass").map(({ name }) => name)).toEqual(
      ["path-traversal", "debug-ports"],
    );
  });

  test("the report contains no token", async () => {
    const report = await runSuite("security", deployment.target);
    expect(JSON.stringify(report)).not.toMatch(/eyJ/);
  });
});

describeWithTool("nginx", "behind the real gateway", (nginx) => {
  let shop: NginxFixture;
  let stop: () => Promise<void>;
  let target: Target;

  beforeAll(async () => {
    const fixture = createNginxFixture();
    // Started as root, nginx drops to another user, which must be able to buffer bodies here.
    chmodSync(fixture.directory, 0o755);
    chmodSync(fixture.paths.temporary, 0o777);
    const { stateDirectory } = deployment.target.local ?? { stateDirectory: "" };
    const upstreamCaCertificate = join(stateDirectory, "tls", "tls.crt");
    shop = { ...fixture, paths: { ...fixture.paths, upstreamCaCertificate } };
    const port = await freePort();
    const portOf = (url: string) => Number(new URL(url).port);
    const config = writeNginxConfig(shop, {
      domain: "localhost",
      listenPort: port,
      upstream: {
        host: "localhost",
        httpPort: portOf(deployment.target.url),
        telemetryPort: portOf(deployment.target.telemetryUrl),
      },
      shield: { requestsPerSecond: 200, burst: 200, connections: 50 },
      clientAddress: "connection",
      drainSeconds: 1,
      maxBodyBytes: 2 ** 20,
      workers: 1,
    });
    stop = await startNginx(nginx, config, shop);
    target = {
      ...deployment.target,
      ...(deployment.target.local === undefined
        ? {}
        : { local: { ...deployment.target.local, gateway: "nginx" } }),
      url: `https://127.0.0.1:${port}`,
      authority: readFileSync(shop.paths.certificate, "utf8"),
    };
  });
  afterAll(async () => {
    await stop?.();
    shop?.remove();
  });

  test("every attack is rejected", async () => {
    const report = await runSuite("security", target);
    expect(failedFindings(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: "successful", passed: 7 });
  });
});

describe("a weak server fails", () => {
  async function attack(weaknesses: readonly Weakness[]): Promise<readonly string[]> {
    const { url, stop } = await startWeakServer(weaknesses);
    const stateDirectory = join(deployment.directory, "weak");
    mkdirSync(join(stateDirectory, "secrets"), { recursive: true });
    writeFileSync(join(stateDirectory, "secrets", "jwt-signing-key"), SIGNING_KEY, { mode: 0o600 });
    const { local, authority: _authority, ...rest } = deployment.target;
    const target: Target = {
      ...rest,
      url,
      serverUrl: url,
      apiToken: new Secret(SERVICE_TOKEN),
      ...(local === undefined ? {} : { local: { ...local, stateDirectory, gateway: "nginx" } }),
    };
    try {
      return failedFindings(await runSuite("security", target));
    } finally {
      await stop();
    }
  }

  test("not if it has no weakness", async () => {
    expect(await attack([])).toEqual([]);
  });

  test.each(WEAKNESSES)("%s", async (weakness) => {
    expect(await attack([weakness])).toEqual(expect.arrayContaining([...DETECTED_BY[weakness]]));
  });

  test("every finding but those about ports and the server's survival has a weak server", () => {
    const found = new Set(Object.values(DETECTED_BY).flat());
    expect(found.size).toBe(17);
  });
});
