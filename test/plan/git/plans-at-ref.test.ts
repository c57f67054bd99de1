import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Environment } from "../../../components/shared/environments.ts";
import { type PlansAtRef, plansAtRef } from "../../../plan/git/plans-at-ref.ts";
import { describeWithTool } from "../../support/tools.ts";
import { GitRepository, programWithComponents } from "./git-repository.ts";

const WORKER_PATH = join(process.cwd(), "plan", "git", "plan-worker.ts");

function planRef(directory: string, ref: string, ...environments: Environment[]): Promise<PlansAtRef> {
  const names = environments.length === 0 ? (["local"] as const) : environments;
  return plansAtRef({ directory, ref, environments: names, runner: WORKER_PATH });
}

const resourceNames = ({ plans }: PlansAtRef) => plans.get("local")?.resources.map(({ name }) => name);

describeWithTool("git", "the plan of another commit", () => {
  let repository: GitRepository;

  beforeAll(() => {
    repository = new GitRepository();
    repository.commit({ "package.json": '{"type":"module"}', ".gitignore": ".spacetime-vr/\n" });
    repository.git("tag", "before-the-program");
    repository.commit({
      "index.ts": programWithComponents("old"),
      "Pulumi.local.yaml": "config: {}\n",
      "package-lock.json": "{}",
    });
    repository.git("tag", "old");
    repository.commit({ "index.ts": 'throw new Error("the program is broken");\n' });
    repository.git("tag", "broken");
    repository.commit({ "index.ts": programWithComponents("new"), "Pulumi.local.yaml": "confg: {}\n" });
    repository.git("tag", "bad-config");
    repository.git("update-ref", "refs/remotes/origin/develop", "HEAD");
    repository.commit({ "Pulumi.local.yaml": "config: {}\n", "package-lock.json": '{"other":true}' });
  });

  afterEach(() => expect(repository.worktrees()).toEqual([]));
  afterAll(() => repository.remove());

  test("a plan of a commit is made by that commit's program, and the checkout is removed", async () => {
    const plans = await planRef(repository.directory, "HEAD");
    expect(resourceNames(plans)).toEqual(["spacetime-vr-local", "new"]);
    expect(plans.notes).toEqual([]);
  });

  test("a changed lockfile and an environment that the commit does not have are noted", async () => {
    const plans = await planRef(repository.directory, "old", "local", "package");
    expect(resourceNames(plans)).toEqual(["spacetime-vr-local", "old"]);
    expect(plans.plans.has("package")).toBe(false);
    expect(plans.notes).toEqual([
      "old has no Pulumi.package.yaml: every resource is shown as added.",
      "package-lock.json of old differs: its program was planned with the packages that are installed now.",
    ]);
  });

  test("a commit without a program has no plans, which is noted", async () => {
    const { plans, notes } = await planRef(repository.directory, "before-the-program");
    expect([...plans]).toEqual([]);
    expect(notes).toEqual(["before-the-program has no index.ts: every resource is shown as added."]);
  });

  test.each([
    ["broken", "cannot be planned: its program fails (local). Error: the program is broken"],
    ["bad-config", "cannot be planned: its program rejects the config (local). Error: Pulumi.local.yaml"],
    ["nowhere", 'is "nowhere": is not a commit in this repository'],
    ["brokn", "Did you mean broken?"],
    ["--help", 'is "--help": is not a commit'],
    ["develop", "Use origin/develop."],
  ])("%s is refused with its reason", async (ref, reason) => {
    await expect(planRef(repository.directory, ref)).rejects.toThrow(reason);
  });

  test("the checkout runs no Git hook", async () => {
    const hook = join(repository.directory, ".git", "hooks", "post-checkout");
    const trace = join(repository.directory, "hook-ran");
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch '${trace}'\n`, { mode: 0o755 });
    await planRef(repository.directory, "before-the-program");
    expect(existsSync(trace)).toBe(false);
    rmSync(hook);
  });

  test("leftovers of a killed run are removed", async () => {
    // A process that has ended, so its PID is free.
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const left = join(".spacetime-vr", "worktrees", `0123456789ab-${pid}`);
    repository.git("worktree", "add", "--quiet", "--detach", left, "old");
    await planRef(repository.directory, "before-the-program");
  });

  test("a signal ends the run and removes its checkout", async () => {
    repository.git("switch", "--quiet", "--create", "slow");
    repository.commit({ "index.ts": "await new Promise((resolve) => setTimeout(resolve, 60_000));\n" });
    const script = `
      const { plansAtRef } = await import(${JSON.stringify(join(process.cwd(), "plan", "git", "plans-at-ref.ts"))});
      await plansAtRef({ directory: process.cwd(), ref: "slow", environments: ["local"], runner: ${JSON.stringify(WORKER_PATH)} });`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: repository.directory,
    });
    const ended = once(child, "exit");
    while (repository.worktrees().length < 2) await sleep(20);
    child.kill("SIGTERM");
    expect(await ended).toEqual([null, "SIGTERM"]);
  });
});

describe("without a Git repository", () => {
  test("the error says that the directory is not in a Git repository", async () => {
    const directory = mkdtempSync(join(tmpdir(), "no-git-"));
    await expect(planRef(directory, "main")).rejects.toThrow("the directory is not a git work tree");
    rmSync(directory, { recursive: true });
  });

  test("the error says how to install Git when it is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    try {
      await expect(planRef(process.cwd(), "main")).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringContaining("git not found."),
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
