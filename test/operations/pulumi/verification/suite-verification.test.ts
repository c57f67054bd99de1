import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openDeploymentTarget } from "../../../../operations/pulumi/verification/deployment-target.ts";
import {
  createSuiteVerification,
  type SuiteVerificationOptions,
} from "../../../../operations/pulumi/verification/suite-verification.ts";
import type { DeployedStack, WaitStatus } from "../../../../operations/pulumi/verification/verification.ts";
import { runSuite } from "../../../../probes/run-suite.ts";
import type { Target } from "../../../../probes/target/target.ts";
import type { Fault } from "../../../../reference-server/faults.ts";
import { startTestDeployment, type TestDeployment } from "../../../probes/support/test-deployment.ts";
import { API_TOKEN } from "../../../reference-server/support/test-server.ts";

const worlds: TestDeployment[] = [];
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-proof-test-"));
});

afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function startTrackedWorld(faults: readonly Fault[] = []): Promise<TestDeployment> {
  const world = await startTestDeployment(faults);
  worlds.push(world);
  return world;
}

const deployed = (url: string): DeployedStack => ({
  environment: "local",
  outputs: { url },
  stackFile: readFileSync("Pulumi.local.yaml", "utf8"),
});

/** Verifies a test deployment instead of a cluster, by default in one round. */
const verify = (target: Target, options: Partial<SuiteVerificationOptions> = {}) =>
  createSuiteVerification({
    directory: process.cwd(),
    patienceMs: 0,
    healthPauseMs: 50,
    suitePauseMs: 50,
    open: async () => ({ target, close: () => {} }),
    ...options,
  })(deployed(target.url));

describe("a deployment is verified by the ten checks", () => {
  test("a wait is reported with its reason", async () => {
    const [ill, well] = [await startTrackedWorld(["whitelist-off"]), await startTrackedWorld()];
    const waits: WaitStatus[] = [];
    await verify(well.target, {
      patienceMs: 600_000,
      ask: (target) => runSuite("verify", waits.length === 0 ? ill.target : target),
      onWait: (status) => void waits.push(status),
    });
    expect(waits[0]).toMatchObject({ waitingFor: "all ten checks to pass", timeoutMs: 600_000 });
    expect(waits[0]?.reason).toContain("scene-whitelist");
  });

  test("the verdict is good when all checks pass", async () => {
    const { target } = await startTrackedWorld();
    expect(await verify(target)).toEqual({ verdict: "good", summary: "10 of 10 checks passed" });
  });

  test("the verdict is bad when one check fails, and the check is named", async () => {
    const { target } = await startTrackedWorld(["whitelist-off"]);
    expect(await verify(target)).toEqual({
      verdict: "bad",
      summary: expect.stringMatching(
        /^9 of 10 checks passed; failed: scene-whitelist \(scene-whitelist: .+\)$/,
      ),
    });
  });

  test("the verdict is bad for a healthy server without authentication", async () => {
    const { target } = await startTrackedWorld(["no-auth"]);
    expect(await verify(target)).toMatchObject({
      verdict: "bad",
      summary: expect.stringContaining("authentication"),
    });
  });

  test("a check that fails temporarily is run again", async () => {
    const [ill, well] = [await startTrackedWorld(["wrong-scene"]), await startTrackedWorld()];
    const asked: string[] = [];
    const found = await verify(well.target, {
      patienceMs: 600_000,
      ask: (target) => {
        asked.push(target.url);
        return runSuite("verify", asked.length === 1 ? ill.target : target);
      },
    });
    expect([found.verdict, asked.length]).toEqual(["good", 2]);
  });

  test("no check runs when the gateway is not healthy", async () => {
    const { target } = await startTrackedWorld(["server-errors"]);
    const found = await verify(target, { ask: () => Promise.reject(new Error("asked")) });
    expect(found).toEqual({
      verdict: "bad",
      summary: `0 of 10 checks passed: ${target.url}/health answers 500`,
    });
  });

  test("the verdict is bad for a stack without a URL", async () => {
    const found = await createSuiteVerification({ directory: scratch })({ ...deployed(""), outputs: {} });
    expect(found).toEqual({ verdict: "bad", summary: "the stack has no output `url`" });
  });
});

/** A fake kubectl with one Deployment and its Secret; it records its calls. */
function createFakeKubectl(answers: { readonly exit?: number } = {}): string {
  const path = join(scratch, "kubectl");
  const env = [
    { name: "GODOT_API_TOKEN", valueFrom: { secretKeyRef: { name: "game-1a2b", key: "api-token" } } },
  ];
  const deployment = { items: [{ spec: { template: { spec: { containers: [{ env }] } } } }] };
  const secret = { data: { "api-token": Buffer.from(API_TOKEN).toString("base64") } };
  writeFileSync(
    path,
    `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const words = process.argv.slice(2);
appendFileSync(${JSON.stringify(join(scratch, "calls"))}, words.join(" ") + "\\n");
if (${answers.exit ?? 0} !== 0) { process.stderr.write("Error from server (Forbidden): no\\n"); process.exit(1); }
const [, kind, name] = words;
const found = kind === "secret" ? (name === "game-1a2b" ? ${JSON.stringify(secret)} : {}) : ${JSON.stringify(deployment)};
process.stdout.write(JSON.stringify(found));
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const readKubectlCalls = (): string =>
  existsSync(join(scratch, "calls")) ? readFileSync(join(scratch, "calls"), "utf8") : "";

const targetOf = (url: string, sources: { kubectl: string; env?: Record<string, string> }) =>
  openDeploymentTarget(deployed(url), new URL(url), { directory: process.cwd(), env: {}, ...sources });

describe("the probe target of a stack", () => {
  test("has the stack's URL and cluster, and the token of its game servers", async () => {
    const { target: world } = await startTrackedWorld();
    const { target, close } = await targetOf(world.url, { kubectl: createFakeKubectl() });
    close();
    expect(target).toMatchObject({ name: "local", environment: "local", url: world.url, cluster: {} });
    expect(target.local).toBeUndefined();
    expect(target.apiToken?.reveal()).toBe(API_TOKEN);
    expect(target.authority?.replaceAll("\n", "")).toBe(world.authority?.replaceAll("\n", ""));
    expect(readKubectlCalls()).toContain("get secret game-1a2b --namespace spacetime");
    expect(readKubectlCalls()).not.toContain(API_TOKEN);
    // The pinned certificate of the target is sufficient for running the suite.
    const { passed } = await runSuite("verify", { ...world, authority: target.authority ?? "" });
    expect(passed).toBe(10);
  });

  test("uses the token of the environment variable without reading a Secret", async () => {
    const { target: world } = await startTrackedWorld();
    const env = { SPACETIME_VR_API_TOKEN: "given-by-the-operator" };
    const { target, close } = await targetOf(world.url, { kubectl: createFakeKubectl(), env });
    close();
    expect(target.apiToken?.reveal()).toBe("given-by-the-operator");
    expect(readKubectlCalls()).toBe("");
  });

  test("falls back to the current stack file when the deployed one cannot be parsed", async () => {
    const { target: world } = await startTrackedWorld();
    const old = { ...deployed(world.url), stackFile: "config:\n  spacetime-vr:gameServer: { image: old }\n" };
    const sources = { directory: process.cwd(), env: {}, kubectl: createFakeKubectl() };
    const { target, close } = await openDeploymentTarget(old, new URL(world.url), sources);
    close();
    expect(target.expected.servers).toBe(1);
  });

  test.each([
    ["without kubectl", () => join(scratch, "missing"), "kubectl not found"],
    ["when the Secret is forbidden", () => createFakeKubectl({ exit: 1 }), "Forbidden"],
  ])(
    "has no token %s and without the variable: the verdict is bad and names the variable",
    async (_title, tool, reason) => {
      const { target } = await startTrackedWorld();
      const found = await createSuiteVerification({
        directory: process.cwd(),
        env: {},
        kubectl: tool(),
        patienceMs: 0,
      })(deployed(target.url));
      expect(found.verdict).toBe("bad");
      expect(found.summary).toContain(reason);
      expect(found.summary).toContain("Set SPACETIME_VR_API_TOKEN");
    },
  );
});

test("an EKS cluster is accessed with a temporary kubeconfig, which is removed afterwards", async () => {
  const aws = join(scratch, "aws");
  writeFileSync(aws, `#!/bin/sh\nprintf '%s\\n' "$*" >> ${join(scratch, "aws-calls")}\n`);
  chmodSync(aws, 0o755);
  const stackFile = readFileSync("Pulumi.staging.yaml", "utf8");
  const url = "https://staging.example.com";
  const opened = await openDeploymentTarget(
    { environment: "staging", outputs: { url }, stackFile },
    new URL(url),
    { directory: process.cwd(), env: { PATH: scratch }, kubectl: createFakeKubectl() },
  );
  const { context, kubeconfig = "" } = opened.target.cluster ?? {};
  expect(context).toBe("spacetime-vr-staging");
  expect(readFileSync(join(scratch, "aws-calls"), "utf8")).toContain(
    `update-kubeconfig --name spacetime-vr-staging --alias spacetime-vr-staging --kubeconfig ${kubeconfig} --region`,
  );
  expect(readKubectlCalls()).toContain(`--context spacetime-vr-staging --kubeconfig ${kubeconfig}`);
  expect(opened.target.authority).toBeUndefined();
  opened.close();
  expect(existsSync(join(kubeconfig, ".."))).toBe(false);
});
