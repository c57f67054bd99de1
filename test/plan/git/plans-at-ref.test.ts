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
    repository.commit({ "Pulumi.local.yaml": "config: {}\n", "package-lock.json": '{"other":true}' });
  });

  afterEach(() => expect(repository.worktrees()).toEqual([]));
  afterAll(() => repository.remove());

  test("is what that commit's program made, and the checkout is gone", async () => {
    const plans = await planRef(repository.directory, "HEAD");
    expect(resourceNames(plans)).toEqual(["spacetime-vr-local", "new"]);
    expect(plans.notes).toEqual([]);
  });

  test("says that packages may differ when the lockfile does, and which environment the commit does not know", async () => {
    const plans = await planRef(repository.directory, "old", "local", "package");
    expect(resourceNames(plans)).toEqual(["spacetime-vr-local", "old"]);
    expect(plans.plans.has("package")).toBe(false);
    expect(plans.notes).toEqual([
      "old has no Pulumi.package.yaml: every resource is shown as added.",
      "package-lock.json of old differs: its program was planned with the packages that are installed now.",
    ]);
  });

  test("of a commit without a program is nothing, and says so", async () => {
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
  ])("%s is refused with its reason", async (ref, reason) => {
    await expect(planRef(repository.directory, ref)).rejects.toThrow(reason);
  });

  test("runs no hook of the repository", async () => {
    const hook = join(repository.directory, ".git", "hooks", "post-checkout");
    const trace = join(repository.directory, "hook-ran");
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch '${trace}'\n`, { mode: 0o755 });
    await planRef(repository.directory, "before-the-program");
    expect(existsSync(trace)).toBe(false);
    rmSync(hook);
  });

  test("takes away what a killed run left behind", async () => {
    // A process that has ended: nobody has its number now.
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const left = join(".spacetime-vr", "worktrees", `0123456789ab-${pid}`);
    repository.git("worktree", "add", "--quiet", "--detach", left, "old");
    await planRef(repository.directory, "before-the-program");
  });

  test("is given up on a signal, without its checkout staying behind", async () => {
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

describe("where there is nothing to compare with", () => {
  test("a directory outside git is named as the reason", async () => {
    const directory = mkdtempSync(join(tmpdir(), "no-git-"));
    await expect(planRef(directory, "main")).rejects.toThrow("the directory is not a git work tree");
    rmSync(directory, { recursive: true });
  });

  test("a machine without git is told to install it", async () => {
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
