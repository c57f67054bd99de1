import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { PulumiCommandContext } from "../../cli/commands/pulumi-context.ts";
import { rollbackCommand } from "../../cli/commands/rollback.ts";
import { upCommand } from "../../cli/commands/up.ts";
import { createSuiteVerification } from "../../operations/pulumi/verification/suite-verification.ts";
import type { Fault } from "../../reference-server/faults.ts";
import { acceptingKubectl } from "../operations/pulumi/support/accepting-cluster.ts";
import { StackFixture } from "../operations/pulumi/support/stack-fixture.ts";
import { startTestDeployment, type TestDeployment } from "../probes/support/test-deployment.ts";

const outer = { env: process.env, exitCode: process.exitCode };
const worlds: TestDeployment[] = [];
let scene: StackFixture;
let said: string[];

beforeEach(() => {
  scene = new StackFixture();
  said = [];
  process.env = { ...scene.env };
  // Pulumi's own output is not tested here.
  jest.spyOn(process.stdout, "write").mockImplementation(() => true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.env = outer.env;
  process.exitCode = outer.exitCode;
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
  scene.remove();
});

/** Runs the commands of an operator against a server with these faults; its address is the stack's URL. */
async function createDeployingContext(faults: readonly Fault[]): Promise<PulumiCommandContext> {
  const { target, ...world } = await startTestDeployment(faults);
  worlds.push({ target, ...world });
  scene.answer({ "stack output": { stdout: JSON.stringify({ url: target.url }) } });
  const output = {
    style: {},
    result: (text: string) => void said.push(text),
    note: (text: string) => void said.push(text),
    isTerminal: false,
    progress: () => {},
  };
  const open = async () => ({ target, close: () => {} });
  const verify = createSuiteVerification({ directory: scene.directory, patienceMs: 0, open });
  return { directory: scene.directory, output, verify, kubectl: acceptingKubectl };
}

/** The ID of an update is its start time in seconds. */
async function waitForNextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === now) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function run(context: PulumiCommandContext, command: "up" | "rollback") {
  await waitForNextSecond();
  process.exitCode = 0;
  const made = command === "up" ? upCommand(context) : rollbackCommand(context);
  await made.parseAsync(["local", "--yes"], { from: "user" });
  return process.exitCode;
}

const commit = (marker: string): string => {
  cpSync("Pulumi.local.yaml", join(scene.directory, "Pulumi.local.yaml"));
  writeFileSync(join(scene.directory, "program"), marker);
  return scene.commit("config: {}\n");
};

const verdicts = async () => {
  const { records } = await scene.context("local").ledger.read();
  return [...records.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ kind, verdict, summary }) => [kind, verdict, summary]);
};

const ALL = "10 of 10 checks passed";

describe("the results of the ten checks decide the verdict of a deployment", () => {
  test("a failing check makes up exit with 1 and records the update as bad; a rollback returns to the previous update", async () => {
    const first = commit("first");
    expect(await run(await createDeployingContext([]), "up")).toBe(0);
    commit("second");
    expect(await run(await createDeployingContext(["whitelist-off"]), "up")).toBe(1);
    const words = "9 of 10 checks passed; failed: scene-whitelist";
    expect(said.join("")).toContain(`failed verification: ${words}`);
    expect(await verdicts()).toEqual([
      ["up", "good", ALL],
      ["up", "bad", expect.stringContaining(words)],
    ]);
    expect(await run(await createDeployingContext([]), "rollback")).toBe(0);
    const [, , record] = [...(await scene.context("local").ledger.read()).records.values()];
    expect(record).toMatchObject({ kind: "rollback", commit: first, verdict: "good", summary: ALL });
  });

  test("a rollback to a verified update is recorded as bad if the verification fails now", async () => {
    commit("first");
    expect(await run(await createDeployingContext([]), "up")).toBe(0);
    commit("second");
    expect(await run(await createDeployingContext(["no-auth"]), "up")).toBe(1);
    expect(await run(await createDeployingContext(["wrong-scene"]), "rollback")).toBe(1);
    expect((await verdicts()).at(-1)?.slice(0, 2)).toEqual(["rollback", "bad"]);
  });
});
