import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { withLock } from "../go-build/lock.ts";
import { ensureBinaries } from "./binaries.ts";
import { createFakeGo, writeEmptyProgram } from "./support/fake-go.ts";
import { HarnessProcess } from "./support/harness-process.ts";
import { findProcesses } from "./support/leftovers.ts";
import { programNames } from "./versions.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "spacetime-vr-binaries-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const builds = async () => (await readFile(path.join(folder, "builds"), "utf8")).trim().split("\n").length;
const cached = () => readdir(path.join(folder, "cache", "spacetime-vr", "control-plane"));

describe("a machine without the required Go version", () => {
  test("gets an error that says what to install, with exit code 3, when Go is missing", async () => {
    const attempt = ensureBinaries({ env: { PATH: folder, XDG_CACHE_HOME: folder } });
    await expect(attempt).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^Go was not found on PATH; .*Go 1\.26\.0 or newer.*go\.dev\/dl/),
    });
  });

  test("gets an error with both versions, with exit code 3, when Go is too old", async () => {
    const attempt = ensureBinaries({ env: await createFakeGo(folder, writeEmptyProgram, "go1.25.9") });
    await expect(attempt).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^Go is go1\.25\.9; .* needs 1\.26\.0 or newer\. .*go\.dev\/dl/),
    });
  });
});

describe("the build of the programs", () => {
  test("runs once; the second time the programs are in the cache", async () => {
    const env = await createFakeGo(folder, writeEmptyProgram);
    const first = await ensureBinaries({ env });
    expect(await ensureBinaries({ env })).toEqual(first);
    expect(await builds()).toBe(programNames.length);
    expect(path.basename(first.directory)).toMatch(
      /^kubernetes-[\d.]+_etcd-[\d.]+_kwok-[\d.]+_go1\.26\.0_linux-amd64_/,
    );
    expect(await readFile(first.stages, "utf8")).toMatch(/^kind: Stage # node-initialize\.yaml\n---\n/);
  });

  test("runs once when two runs need the programs at the same time", async () => {
    const env = await createFakeGo(folder, `sleep 0.1; ${writeEmptyProgram}`);
    const lines: string[] = [];
    const progress = (line: string) => void lines.push(line);
    await Promise.all([ensureBinaries({ env, progress }), ensureBinaries({ env, progress })]);
    expect(await builds()).toBe(programNames.length);
    expect(lines).toContain("another run is building the control plane; waiting for it");
  });

  test("runs again when a program is missing from the cache", async () => {
    const env = await createFakeGo(folder, writeEmptyProgram);
    const { programs } = await ensureBinaries({ env });
    await rm(programs.etcd);
    await ensureBinaries({ env });
    expect(await readFile(programs.etcd, "utf8")).toBe("#!/bin/sh\n");
  });
});

describe("a failed or interrupted build", () => {
  test("leaves no partial output and no lock when it fails, and reports Go's error", async () => {
    const env = await createFakeGo(folder, "echo no network >&2; exit 1");
    await expect(ensureBinaries({ env })).rejects.toThrow(/"go build .*" in .* failed:\nno network/);
    expect(await cached()).toEqual([]);
  });

  test("leaves no partial output, no lock and no compiler process when it is interrupted", async () => {
    const env = await createFakeGo(folder, 'printf half > "$2"; sleep 600');
    const interrupt = new AbortController();
    const build = ensureBinaries({ env, signal: interrupt.signal });
    const settled = expect(build).rejects.toThrow(/abort/);
    while ((await findProcesses(folder)).length === 0) await sleep(20);
    interrupt.abort();
    await settled;
    expect(await cached()).toEqual([]);
    expect(await findProcesses(folder)).toEqual([]);
  });

  test("leaves no partial output and no compiler process when the harness is killed with SIGKILL", async () => {
    const env = await createFakeGo(folder, 'printf half > "$2"; sleep 600');
    const harness = new HarnessProcess(["build"], env);
    await harness.waitForOutput("building etcd");
    while (!(await findProcesses(folder)).some((line) => line.includes("build "))) await sleep(20);
    await harness.kill("SIGKILL");
    while ((await findProcesses(folder)).length > 0 || (await cached()).length > 0) await sleep(20);
  });

  test("does not prevent the next build", async () => {
    const env = await createFakeGo(folder, writeEmptyProgram);
    const { directory } = await ensureBinaries({ env });
    await rm(directory, { recursive: true });
    await mkdir(`${directory}.building-before`);
    await writeFile(path.join(`${directory}.building-before`, "etcd"), "half");
    await ensureBinaries({ env });
    expect(await cached()).toEqual([path.basename(directory)]);
  });
});

describe("the build lock", () => {
  test("is taken over when its holder was killed", async () => {
    const file = path.join(folder, "lock");
    await writeFile(file, "1\n");
    const waited: string[] = [];
    const options = { staleMilliseconds: 300, onWait: () => void waited.push("waited") };
    expect(await withLock(file, async () => "mine", options)).toBe("mine");
    expect(waited).toEqual(["waited"]);
  });

  test("is not taken from a holder that works for a long time", async () => {
    const file = path.join(folder, "lock");
    const order: string[] = [];
    const long = withLock(
      file,
      async () => {
        await sleep(900);
        order.push("first");
      },
      { staleMilliseconds: 300 },
    );
    await sleep(50);
    await withLock(file, async () => void order.push("second"), { staleMilliseconds: 300 });
    await long;
    expect(order).toEqual(["first", "second"]);
  });
});
