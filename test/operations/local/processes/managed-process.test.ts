import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ChildList, findOrphans, stopOrphans } from "../../../../operations/local/processes/child-list.ts";
import { LogFile } from "../../../../operations/local/processes/log-file.ts";
import { ManagedProcess, type ProcessState } from "../../../../operations/local/processes/managed-process.ts";
import {
  explainListenError,
  preferPort,
  requireFreePort,
} from "../../../../operations/local/processes/ports.ts";
import { identifyProcess, isAlive } from "../../../../operations/local/processes/process-identity.ts";
import { eventually, freePort } from "../../../support/ports.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-processes-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const FAST_LIMITS = { initialBackoffMs: 1, maxBackoffMs: 5, maxRestarts: 3, windowMs: 60_000 };

function createProcess(
  script: string,
  states: ProcessState[] = [],
  isResponsive?: () => Promise<boolean>,
): ManagedProcess {
  return new ManagedProcess(
    {
      name: "sample",
      command: process.execPath,
      args: ["-e", script],
      env: {},
      cwd: directory,
      stopSignal: "SIGTERM",
      ...(isResponsive === undefined ? {} : { isResponsive }),
    },
    {
      log: new LogFile(join(directory, "sample.log")),
      children: new ChildList(join(directory, "children.json")),
      onChange: ({ state }) => states.push(state),
      limits: FAST_LIMITS,
      liveness: { periodSeconds: 0.02, timeoutSeconds: 0.05, failureThreshold: 3 },
    },
  );
}

/** A process that starts a child in its own group and prints its PID, as nginx starts workers. */
const WITH_CHILD = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  console.log("child " + child.pid);
  setInterval(() => {}, 1000);
`;

async function childPid(sample: ManagedProcess): Promise<number> {
  return eventually("the child's PID", 20, () => {
    const found = /child (\d+)/.exec(sample.lastOutput)?.[1];
    return found === undefined ? undefined : Number(found);
  });
}

test("a process that is killed takes its own children with it, so that none keeps its port", async () => {
  const sample = createProcess(WITH_CHILD);
  sample.start();
  const child = await childPid(sample);
  process.kill(sample.report.pid ?? 0, "SIGKILL");
  await eventually("the end of the child", 20, () =>
    identifyProcess(child) === undefined ? true : undefined,
  );
});

test.each([
  ["says that it is not alive", async () => false],
  ["does not answer at all", () => new Promise<boolean>(() => undefined)],
])("a process that hangs is killed and restarted when it %s", async (_, isResponsive) => {
  const states: ProcessState[] = [];
  const sample = createProcess("setInterval(() => {}, 1000)", states, isResponsive);
  sample.start();
  sample.markReady();
  const { pid } = sample.report;
  await eventually("the restart", 20, () => (sample.report.restarts > 0 ? true : undefined));
  expect(identifyProcess(pid ?? 0)).toBeUndefined();
  expect(states).toContain("restarting");
  await sample.stop(50);
});

test("a process that answers is not restarted, nor one that failed fewer checks than the threshold", async () => {
  let checks = 0;
  const sample = createProcess("setInterval(() => {}, 1000)", [], async () => {
    checks += 1;
    return checks % 3 === 0;
  });
  sample.start();
  sample.markReady();
  await eventually("ten checks", 20, () => (checks >= 10 ? true : undefined));
  expect(sample.report.restarts).toBe(0);
  await sample.stop(50);
});

test("a process that keeps exiting is no longer restarted, and its last output is kept", async () => {
  const states: ProcessState[] = [];
  const sample = createProcess('console.error("no scene"); process.exit(3)', states);
  sample.start();
  sample.markReady();
  await eventually("the process is given up", 30, () =>
    sample.report.state === "failed" ? true : undefined,
  );
  expect(sample.report.restarts).toBe(FAST_LIMITS.maxRestarts);
  expect(sample.lastOutput).toContain("no scene");
  expect(readFileSync(join(directory, "sample.log"), "utf8").match(/no scene/g)).toHaveLength(
    FAST_LIMITS.maxRestarts + 1,
  );
  expect(states.filter((state) => state === "restarting")).toHaveLength(FAST_LIMITS.maxRestarts);
});

test("a process that ignores SIGTERM is killed and not restarted", async () => {
  const sample = createProcess(
    'process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1000)',
  );
  sample.start();
  sample.markReady();
  await eventually("the first output", 20, () => (sample.lastOutput.includes("deaf") ? true : undefined));
  const { pid = 0 } = sample.report;
  await sample.stop(50);
  expect(identifyProcess(pid)).toBeUndefined();
  expect(sample.report.state).toBe("stopped");
});

test("a missing program is reported as failed instead of throwing", async () => {
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

test("only processes that are proven to be children of the killed supervisor are ended", async () => {
  const ours = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const another = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const exited = once(ours, "exit");
  try {
    const [own, other] = [identifyProcess(ours.pid ?? 0), identifyProcess(another.pid ?? 0)];
    if (own === undefined || other === undefined) throw new Error("Both should run.");
    const list = join(directory, "children.json");
    // The same PID with another start time: a reused PID.
    writeFileSync(
      list,
      JSON.stringify([
        { name: "server-a", ...own },
        { name: "nginx", ...other, started: "earlier" },
      ]),
    );
    expect(findOrphans(list).map(({ pid }) => pid)).toEqual([ours.pid]);
    expect((await stopOrphans(list)).map(({ name }) => name)).toEqual(["server-a"]);
    await exited;
    expect(isAlive(other)).toBe(true);
  } finally {
    ours.kill("SIGKILL");
    another.kill("SIGKILL");
  }
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("children whose parent was killed together with the supervisor are found and ended", async () => {
  const script = `${WITH_CHILD}`;
  const leader = spawn(process.execPath, ["-e", script], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(leader.stdout, "data")) as [Buffer];
  const child = Number(/child (\d+)/.exec(line.toString())?.[1]);
  const identity = identifyProcess(leader.pid ?? 0);
  const list = join(directory, "children.json");
  writeFileSync(list, JSON.stringify([{ name: "nginx", ...identity }]));
  const exited = once(leader, "exit");
  leader.kill("SIGKILL");
  await exited;
  expect(identifyProcess(child)).toBeDefined();
  expect(findOrphans(list).map(({ name }) => name)).toEqual(["nginx"]);
  await stopOrphans(list);
  await eventually("the end of the child", 20, () =>
    identifyProcess(child) === undefined ? true : undefined,
  );
  expect(findOrphans(list)).toEqual([]);
});

test("the reason why a port cannot be listened on comes from the error", () => {
  expect(explainListenError("EACCES", 443).remedy).toBe("Choose a port from 1024 with --port.");
  expect(explainListenError("EADDRNOTAVAIL", 443).rule).toBe("cannot be listened on (EADDRNOTAVAIL)");
});

test("a gateway port in use is reported with its process; for an internal port another one is chosen", async () => {
  const port = await freePort();
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  try {
    await expect(requireFreePort(port)).rejects.toThrow(`port is "${port}": is in use by`);
    if (process.platform === "linux")
      await expect(requireFreePort(port)).rejects.toThrow(`process ${process.pid}`);
    const other = await preferPort(port, new Set());
    expect(other).not.toBe(port);
    expect(await preferPort(other, new Set([other]))).not.toBe(other);
  } finally {
    holder.close();
  }
});
