import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { preview } from "../../../operations/pulumi/deploy/preview.ts";
import { up } from "../../../operations/pulumi/deploy/up.ts";
import { updateStatus } from "../../../operations/pulumi/history/history-rows.ts";
import { init } from "../../../operations/pulumi/init/init.ts";
import { createPulumiCli } from "../../../operations/pulumi/pulumi-cli/pulumi-cli.ts";
import {
  listHistoryRows,
  type RollbackPlan,
  rollback,
} from "../../../operations/pulumi/rollback/rollback.ts";
import type { StackContext } from "../../../operations/pulumi/stack-context.ts";
import { StackFixture } from "../../operations/pulumi/support/stack-fixture.ts";
import { type Engine, prepareEngine } from "../engine/engine.ts";

/** A first run builds the engine. */
const BUILD_TIMEOUT_MS = 40 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

/** A program without providers: these tests cover Pulumi's history, lock and policies. */
const renderProgram = (release: string): string => `
import * as pulumi from "@pulumi/pulumi";
export default function program(): Record<string, unknown> {
  new pulumi.ComponentResource("test:index:Release", "release-${release}");
  return { release: "${release}", url: "https://localhost:1" };
}
`;

const POLICY_PACK = `
import { PolicyPack } from "@pulumi/policy";
new PolicyPack("test", { policies: [{
  name: "no-forbidden-release", description: "d", enforcementLevel: "mandatory",
  validateStack: (args, report) => {
    if (args.resources.some(({ name }) => name === "release-forbidden")) report("this release is forbidden");
  },
}] });
`;

describe("rollback with the real Pulumi CLI", () => {
  let engine: Engine;
  let scene: StackFixture;
  let real: StackContext;
  const output: string[] = [];
  const yes = { yes: true, interactive: false };

  const release = (name: string): string => {
    writeFileSync(join(scene.directory, "index.ts"), renderProgram(name));
    scene.git("add", "--all");
    scene.git("commit", "--quiet", "--message", `feat: release ${name}`);
    return scene.git("rev-parse", "HEAD");
  };
  const deployed = async (): Promise<unknown> => {
    const run = await real.pulumi.capture(["stack", "output", "--json", "--stack", "local"], scene.directory);
    return JSON.parse(run.stdout).release;
  };

  beforeAll(async () => {
    engine = await prepareEngine();
    scene = new StackFixture();
    const files = {
      "Pulumi.yaml": "name: spacetime-vr\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "package.json": '{"name":"program","version":"1.0.0","type":"module","main":"index.ts"}',
      "policy/package.json": '{"name":"pack","version":"0.0.1","type":"module","main":"index.js"}',
      "policy/index.js": POLICY_PACK,
      "Pulumi.local.yaml": readFileSync("Pulumi.local.yaml", "utf8"),
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(scene.directory, path), text);
    const stored = scene.context("local");
    const live = {
      stdout: (text: string) => void output.push(text),
      stderr: (text: string) => void output.push(text),
      interactive: false,
    };
    const { FAKE_PULUMI_HOME: _, ...environment } = scene.env;
    const variables = {
      ...environment,
      PATH: [...engine.searchPath, process.env.PATH].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    real = { ...stored, pulumi: createPulumiCli({ command: engine.pulumi, environment: variables, live }) };
    await init({
      environment: "local",
      directory: scene.directory,
      backendUrl: `file://${scene.state}`,
      hasPassphrase: true,
      pulumi: real.pulumi,
    });
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    scene?.remove();
    await engine?.remove();
  });

  test(
    "rollback returns to the verified update with its program and reports the changes",
    async () => {
      const first = release("1");
      expect(await up(real, yes)).toMatchObject({ verdict: "good", commit: first, dirty: false });
      release("2");
      scene.verification = { verdict: "bad", summary: "6 of 10 checks passed" };
      const bad = await up(real, yes);
      expect([bad.verdict, await deployed()]).toEqual(["bad", "2"]);
      scene.verification = { verdict: "good", summary: "10 of 10 checks passed" };
      const plans: RollbackPlan[] = [];
      const { record } = await rollback(real, { yes: true }, (plan) => plans.push(plan));
      expect(record).toMatchObject({ kind: "rollback", verdict: "good", commit: first });
      expect(await deployed()).toBe("1");
      expect(plans[0]?.changes.map(({ op, name }) => `${op} ${name}`).sort()).toEqual([
        "create release-1",
        "delete release-2",
      ]);
      const rows = await listHistoryRows(real);
      expect(rows.map(updateStatus)).toEqual(["verified", "failed verification", "verified"]);
      expect(scene.git("status", "--porcelain")).toBe("");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "a policy violation blocks the update before anything is changed, and the policy is named with and without --json",
    async () => {
      release("forbidden");
      await expect(up(real, yes)).rejects.toThrow('"no-forbidden-release"');
      const { failure } = await preview(real, { json: true });
      expect(failure?.message).toContain('"no-forbidden-release"');
      expect(await deployed()).toBe("1");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "a missing stack and a held lock are recognized from the output of the real CLI",
    async () => {
      const missing = { ...real, environment: "staging" as const };
      await expect(listHistoryRows(missing)).rejects.toThrow("init -- staging");
      const locks = join(scene.state, ".pulumi", "locks", "organization", "spacetime-vr", "local");
      mkdirSync(locks, { recursive: true });
      const holder = {
        pid: 4711,
        username: "deploy",
        hostname: "runner-7",
        timestamp: "2026-11-21T05:35:29Z",
      };
      writeFileSync(join(locks, "8c5a0e5d-3a43-4f0e-9d70-2a3b8a3f7c11.json"), JSON.stringify(holder));
      release("3");
      await expect(up(real, yes)).rejects.toThrow("deploy@runner-7 (pid 4711)");
      await real.pulumi.capture(["cancel", "--yes", "--stack", "local"], scene.directory);
      expect(readdirSync(locks)).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );
});
