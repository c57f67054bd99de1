import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readCliFixture, StackFixture } from "../operations/pulumi/support/stack-fixture.ts";

const MAIN = join(process.cwd(), "cli", "main.ts");

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
});

afterEach(() => scene.remove());

async function run(args: readonly string[], env: Record<string, string | undefined> = scene.env) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: scene.directory,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    text.stderr += chunk;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...text };
}

const STACK_FILE = JSON.stringify({ config: { "spacetime-vr:gameServer": { image: "1.0" } } });

describe("rollback --list", () => {
  test("shows the history with verdicts as a table", async () => {
    const commit = scene.commit(STACK_FILE);
    const good = await scene.happened({ record: {} });
    const bad = await scene.happened({ record: { verdict: "bad", summary: "6 of 10 checks passed" } });
    const { exitCode, stdout, stderr } = await run(["rollback", "staging", "--list"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ID\s+KIND\s+STATUS\s+COMMIT\s+TREE\s+SUMMARY$/);
    expect(lines[1]).toMatch(
      new RegExp(
        `^${bad}\\s+up\\s+current, failed verification\\s+${commit.slice(0, 12)}\\s+6 of 10 checks passed$`,
      ),
    );
    expect(lines[2]).toMatch(
      new RegExp(`^${good}\\s+up\\s+verified\\s+${commit.slice(0, 12)}\\s+10 of 10 checks passed$`),
    );
  });

  test("--json prints only the history, as JSON", async () => {
    scene.commit(STACK_FILE);
    const id = await scene.happened({ record: {} });
    const { stdout } = await run(["rollback", "staging", "--list", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      environment: "staging",
      updates: [{ id, status: "verified", verdict: "good", dirty: false }],
    });
  });
});

describe("a command that cannot run prints one line with a remedy and sets its exit code", () => {
  test.each([["preview"], ["up"], ["destroy"], ["rollback"]])(
    "%s without the Pulumi CLI is exit code 3",
    async (command) => {
      const { exitCode, stdout, stderr } = await run([command, "staging"], {
        ...scene.env,
        PATH: "/nowhere",
      });
      expect([exitCode, stdout]).toEqual([3, ""]);
      expect(stderr).toMatch(/^Pulumi CLI not found\. Install it with .*"npm run plan" shows this plan\.\n$/);
    },
  );

  test.each([
    [["up", "package"], "has no stack"],
    [["up", "stagin"], "Did you mean staging?"],
    [["rollback", "staging", "--too", "x"], "Did you mean --to?"],
    [["rollback", "staging"], "there is no terminal"],
  ])("%j is exit code 2", async (args, message) => {
    scene.commit(STACK_FILE);
    const { exitCode, stdout, stderr } = await run(args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("a missing backend is exit code 2, and the message says how to configure one", async () => {
    const { exitCode, stderr } = await run(["rollback", "staging", "--list"], {
      ...scene.env,
      PULUMI_BACKEND_URL: undefined,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("s3://BUCKET/ENVIRONMENT");
  });

  test("a held lock is exit code 1, and the message names its holder", async () => {
    scene.commit(STACK_FILE);
    scene.answer({ preview: readCliFixture("lock-held") });
    const { exitCode, stderr } = await run(["preview", "staging"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("deploy@runner-7");
  });

  test("a missing stack is exit code 2, and the message names the command that creates it", async () => {
    scene.commit(STACK_FILE);
    scene.answer({ "stack history": readCliFixture("no-such-stack") });
    const { exitCode, stderr } = await run(["rollback", "staging", "--list"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("init -- staging")]);
  });
});

test("preview prints Pulumi's own output", async () => {
  scene.commit(STACK_FILE);
  const { exitCode, stdout } = await run(["preview", "staging"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(readCliFixture("preview-text").stdout.trim().split("\n")[0]);
});

test("init lists what it created and names the variable that the other commands need", async () => {
  mkdirSync(join(scene.root, "own"));
  cpSync(join(process.cwd(), "Pulumi.local.yaml"), join(scene.directory, "Pulumi.local.yaml"));
  scene.answer({ "stack history": readCliFixture("no-such-stack") });
  const url = `file://${join(scene.root, "own")}`;
  const { exitCode, stdout } = await run(["init", "local", "--backend", url]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^= backend .*: already exists\n= Pulumi\.local\.yaml: already exists\n\+ stack local: created/,
  );
  expect(stdout).toContain(`Set PULUMI_BACKEND_URL=${url}`);
});

test.each([
  ["empty", { PULUMI_CONFIG_PASSPHRASE: "" }],
  ["missing", { PULUMI_CONFIG_PASSPHRASE: undefined }],
])(
  "init rejects a passphrase that is %s, which Pulumi would accept although it protects nothing",
  async (_, variables) => {
    const env = { ...scene.env, PULUMI_CONFIG_PASSPHRASE_FILE: undefined, ...variables };
    const { exitCode, stderr } = await run(["init", "local", "--backend", `file://${scene.root}/own`], env);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("PULUMI_CONFIG_PASSPHRASE_FILE")]);
    expect(scene.calls()).toEqual([]);
  },
);

test.each(["s3://bu cket/staging", "s3:///staging", "file:///%zz", "s3://"])(
  "the mistyped backend %s is rejected with the expected format and without a stack trace",
  async (url) => {
    const { exitCode, stderr } = await run(["rollback", "staging", "--list"], {
      ...scene.env,
      PULUMI_BACKEND_URL: url,
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("must be s3://BUCKET/ENVIRONMENT")]);
    expect(stderr).not.toMatch(/^\s+at /m);
  },
);
