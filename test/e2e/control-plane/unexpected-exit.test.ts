import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { buildControlPlane, type ControlPlane, startControlPlane } from "./control-plane.ts";
import { HarnessProcess } from "./support/harness-process.ts";
import { findLeftoversAfter, findProcesses, isListening } from "./support/leftovers.ts";

const buildTimeoutMs = 40 * 60_000;
jest.setTimeout(3 * 60_000);
const noLeftovers = { processes: [], directory: false, port: false };

beforeAll(async () => {
  await buildControlPlane();
}, buildTimeoutMs);

describe("a harness killed with SIGKILL leaves no process, directory or listener", () => {
  test.each([
    ["while etcd is starting", "etcd is starting"],
    ["while the API server is starting", "kube-apiserver is starting"],
    ["while the workers are starting", "simulated nodes are starting"],
    ["while everything is running", "press Ctrl-C to stop it"],
  ])("%s", async (_when, moment) => {
    const harness = new HarnessProcess(["up"]);
    await harness.waitForOutput(moment);
    const { directory, port } = harness;
    expect(await findProcesses(directory)).not.toEqual([]);
    await harness.kill("SIGKILL");
    expect(await findLeftoversAfter(5_000, directory, port)).toEqual(noLeftovers);
  });
});

describe("a harness that is ended by a signal", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "cleans up completely after %s before it exits",
    async (signal) => {
      const harness = new HarnessProcess(["up"]);
      await harness.waitForOutput("press Ctrl-C to stop it");
      expect(harness.result).toBe(path.join(harness.directory, "kubeconfig"));
      expect(await harness.kill(signal)).toBe(0);
      expect(await findLeftoversAfter(0, harness.directory, harness.port)).toEqual(noLeftovers);
    },
  );

  test("leaves nothing after SIGTERM during the start", async () => {
    const harness = new HarnessProcess(["up"]);
    await harness.waitForOutput("kube-apiserver is starting");
    await harness.kill("SIGTERM");
    expect(await findLeftoversAfter(5_000, harness.directory, harness.port)).toEqual(noLeftovers);
  });
});

const findLeftoversOf = (plane: ControlPlane) =>
  findLeftoversAfter(0, plane.directory ?? "", Number(new URL(plane.server).port));

describe("a control plane that loses a process", () => {
  test("ends completely when its supervisor is killed with SIGKILL", async () => {
    const plane = await startControlPlane({ existing: false });
    const ended = plane.ended();
    process.kill(plane.pids[0] ?? 0, "SIGKILL");
    await expect(ended).rejects.toThrow(/supervisor of the control plane ended with SIGKILL/);
    expect(await findLeftoversOf(plane)).toEqual(noLeftovers);
    await expect(plane.kubectl(["version"])).rejects.toThrow(/supervisor/);
  });

  test("ends completely when one of its programs exits, and names the program and its log", async () => {
    const plane = await startControlPlane({ existing: false });
    const ended = plane.ended();
    const scheduler = (await findProcesses(plane.directory ?? "")).find((line) =>
      line.includes("/kube-scheduler "),
    );
    process.kill(Number.parseInt(scheduler ?? "0", 10), "SIGKILL");
    await expect(ended).rejects.toThrow(/kube-scheduler ended with SIGKILL; .*Its log ends/);
    expect(await findLeftoversOf(plane)).toEqual(noLeftovers);
  });
});

describe("a control plane in the background", () => {
  let folder: string;
  let state: string;
  const run = async (...args: string[]) => {
    const harness = new HarnessProcess([...args, "--state", state]);
    return { code: await harness.end(), result: harness.result, port: harness.port };
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "spacetime-vr-state-"));
    state = path.join(folder, "state.json");
  });
  afterEach(async () => {
    await run("down");
    await rm(folder, { recursive: true });
  });

  test("outlives the command that started it, is found again, and is removed by down", async () => {
    const first = await run("up", "--detach");
    expect(first.code).toBe(0);
    expect(await isListening(first.port)).toBe(true);
    expect(await run("up", "--detach")).toMatchObject({ code: 0, result: first.result });
    expect((await run("down")).code).toBe(0);
    expect(await findLeftoversAfter(0, path.dirname(first.result), first.port)).toEqual(noLeftovers);
    expect((await run("down")).code).toBe(0);
  });

  test("is removed by down when its supervisor was killed", async () => {
    const { result, port } = await run("up", "--detach");
    const directory = path.dirname(result);
    const supervisor = (await findProcesses(directory)).find((line) => line.includes("supervisor.ts"));
    process.kill(Number.parseInt(supervisor ?? "0", 10), "SIGKILL");
    expect((await run("down")).code).toBe(0);
    expect(await findLeftoversAfter(2_000, directory, port)).toEqual(noLeftovers);
  });
});
