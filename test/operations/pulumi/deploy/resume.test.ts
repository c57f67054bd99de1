import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { findLockHolders, resumeInterruptedRun } from "../../../../operations/pulumi/deploy/resume.ts";
import { readCliFixture, StackFixture } from "../support/stack-fixture.ts";

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
});

afterEach(() => scene.remove());

const lockedBy = (host: string): string =>
  `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  file:///state/locks/x.json: created by deploy@${host} (pid 4711) at 2026-11-21T05:35:29Z\n`;

const locked = (host: string) => ({ refresh: { stderr: lockedBy(host), exit: 255 } });

const PENDING = {
  "stack export": {
    stdout: JSON.stringify({
      deployment: {
        pending_operations: [
          { type: "creating", resource: { urn: "urn:pulumi:staging::p::aws:s3/bucket:Bucket::backups" } },
        ],
      },
    }),
  },
};

describe("an interrupted run is resumed", () => {
  test("the holder of the lock is read from the real CLI's message", () => {
    expect(findLockHolders(readCliFixture("lock-held").stderr)).toEqual([
      expect.objectContaining({ user: expect.any(String), pid: expect.any(Number) }),
    ]);
    expect(findLockHolders("error: something else")).toEqual([]);
  });

  test("never while the process that holds the lock still runs", async () => {
    scene.answer(locked(hostname()));
    const resumed = resumeInterruptedRun(scene.context(), { yes: true, isRunning: () => true });
    await expect(resumed).rejects.toThrow(/deploy@.* \(pid 4711\).*is held by a process that still runs/s);
    expect(scene.verbs()).not.toContain("cancel");
  });

  test("never when the process belongs to another machine, where it cannot be checked", async () => {
    scene.answer(locked("runner-7"));
    const resumed = resumeInterruptedRun(scene.context(), { yes: true, isRunning: () => false });
    await expect(resumed).rejects.toThrow("is held by a process of another machine");
    expect(scene.verbs()).not.toContain("cancel");
  });

  test("a lock of a process that no longer runs is removed before the second refresh", async () => {
    scene.answer(locked(hostname()));
    const resumed = resumeInterruptedRun(scene.context(), { yes: true, isRunning: () => false });
    // The fake CLI keeps the lock.
    await expect(resumed).rejects.toThrow("the lock of staging");
    expect(scene.verbs()).toEqual(["stack export", "refresh", "cancel", "refresh"]);
  });

  test("only after a confirmation that lists what was interrupted", async () => {
    scene.answer({ ...PENDING, refresh: { exit: 0 } });
    const context = { ...scene.context(), prompt: async () => "no" };
    await expect(resumeInterruptedRun(context, { yes: false })).rejects.toThrow("was not resumed");
    expect(scene.notes.join()).toContain("creating backups (aws:s3/bucket:Bucket)");
    await expect(resumeInterruptedRun(scene.context(), { yes: false })).rejects.toThrow(
      "there is no terminal",
    );
    expect(scene.verbs()).not.toContain("refresh");
    await resumeInterruptedRun({ ...context, prompt: async () => "yes" }, { yes: false });
    expect(scene.calls().at(-1)?.args).toContain("--clear-pending-creates");
  });
});
