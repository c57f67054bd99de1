import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ChildList, endLeftOver, leftOver } from "../../../operations/local/children.ts";
import { identify, isAlive } from "../../../operations/local/identity.ts";
import { LogFile } from "../../../operations/local/log-file.ts";
import { ManagedProcess, type ProcessState } from "../../../operations/local/managed-process.ts";
import { portNear, requireFree } from "../../../operations/local/ports.ts";
import { eventually, freePort } from "../../support/ports.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-processes-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const FAST = { firstPauseMs: 1, longestPauseMs: 5, mostRestarts: 3, withinMs: 60_000 };

function managed(script: string, states: ProcessState[] = []): ManagedProcess {
  return new ManagedProcess(
    {
      name: "sample",
      command: process.execPath,
      args: ["-e", script],
      env: {},
      cwd: directory,
      stopSignal: "SIGTERM",
    },
    {
      log: new LogFile(join(directory, "sample.log")),
      children: new ChildList(join(directory, "children.json")),
      onChange: ({ state }) => states.push(state),
      limits: FAST,
    },
  );
}

test("a process that ends again and again is given up, with its last words kept", async () => {
  const states: ProcessState[] = [];
  const sample = managed('console.error("no scene"); process.exit(3)', states);
  sample.start();
  sample.markReady();
  await eventually("giving up", 30, () => (sample.report.state === "failed" ? true : undefined));
  expect(sample.report.restarts).toBe(FAST.mostRestarts);
  expect(sample.lastWords).toContain("no scene");
  expect(readFileSync(join(directory, "sample.log"), "utf8").match(/no scene/g)).toHaveLength(
    FAST.mostRestarts + 1,
  );
  expect(states.filter((state) => state === "restarting")).toHaveLength(FAST.mostRestarts);
});

test("a process that does not listen to the polite signal is ended all the same, and not started again", async () => {
  const sample = managed('process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1000)');
  sample.start();
  sample.markReady();
  await eventually("its first words", 20, () => (sample.lastWords.includes("deaf") ? true : undefined));
  const { pid = 0 } = sample.report;
  await sample.stop(50);
  expect(identify(pid)).toBeUndefined();
  expect(sample.report.state).toBe("stopped");
});

test("a program that is not there is told, not thrown", async () => {
  const states: ProcessState[] = [];
  const sample = new ManagedProcess(
    {
      name: "absent",
      command: join(directory, "absent"),
      args: [],
      env: {},
      cwd: directory,
      stopSignal: "SIGTERM",
    },
    {
      log: new LogFile(join(directory, "absent.log")),
      children: new ChildList(join(directory, "children.json")),
      onChange: ({ state }) => states.push(state),
    },
  );
  sample.start();
  await eventually("the failure", 10, () => (states.includes("failed") ? true : undefined));
  expect(sample.alive).toBe(false);
});

test("only processes that are proven to be the killed supervisor's are ended", async () => {
  const ours = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const another = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const exited = once(ours, "exit");
  try {
    const [own, other] = [identify(ours.pid ?? 0), identify(another.pid ?? 0)];
    if (own === undefined || other === undefined) throw new Error("Both should run.");
    const list = join(directory, "children.json");
    // The number is given anew: same number, another begin.
    writeFileSync(
      list,
      JSON.stringify([
        { name: "server-a", ...own },
        { name: "nginx", ...other, started: "earlier" },
      ]),
    );
    expect(leftOver(list).map(({ pid }) => pid)).toEqual([ours.pid]);
    expect((await endLeftOver(list)).map(({ name }) => name)).toEqual(["server-a"]);
    await exited;
    expect(isAlive(other)).toBe(true);
  } finally {
    ours.kill("SIGKILL");
    another.kill("SIGKILL");
  }
});

test("a port that is taken is named with who holds it; for a port of its own the deployment takes another", async () => {
  const port = await freePort();
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  try {
    await expect(requireFree(port)).rejects.toThrow(`port is "${port}": is taken by`);
    if (process.platform === "linux")
      await expect(requireFree(port)).rejects.toThrow(`process ${process.pid}`);
    const other = await portNear(port, new Set());
    expect(other).not.toBe(port);
    expect(await portNear(other, new Set([other]))).not.toBe(other);
  } finally {
    holder.close();
  }
});
