import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkExport } from "../../../release/exports/check-export.ts";
import type { ExportReport } from "../../../release/exports/export-report.ts";
import { EXECUTABLE_BYTES, gameFiles, writeGameExport } from "./support/game-export.ts";
import { writeElf, writePe } from "./support/write-executables.ts";
import { type PackOptions, writePack } from "./support/write-pack.ts";

const KEY = Buffer.alloc(32, 7);
const FILES = [
  { path: "a.txt", content: "hello" },
  { path: "folder/b.bin", content: Buffer.alloc(1_500_000, 3) },
  { path: "empty.txt", content: "" },
];

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-export-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (name: string, content: Buffer): void =>
  writeFileSync(join(directory, name), content, { mode: 0o755 });
const statusOf = (report: ExportReport, id: string) => report.checks.find((check) => check.id === id)?.status;

test("a complete production export passes every check", async () => {
  writeGameExport(directory, { bytes: EXECUTABLE_BYTES });
  const report = await checkExport(directory);
  expect(report.checks.flatMap(({ problems }) => problems)).toEqual([]);
  expect(report.verdict).toBe("passed");
});

const VERSIONS = [1, 2, 3, 4] as const;

describe.each(VERSIONS)("a pack of format %i", (version) => {
  const options: PackOptions = { version };

  test("next to the executable is accepted, and every file is verified", async () => {
    put("server.x86_64", writeElf());
    put("server.pck", writePack(FILES, options));
    const report = await checkExport(directory);
    expect(report.servers[0]?.pack).toMatchObject({ embedded: false, formatVersion: version, files: 3 });
    expect([statusOf(report, "pack"), statusOf(report, "digests")]).toEqual(["passed", "passed"]);
  });

  test.each([true, false])("embedded in a Linux executable is accepted (section: %s)", async (section) => {
    put("server.x86_64", writeElf({ section, pack: (start) => writePack(FILES, { ...options, start }) }));
    const report = await checkExport(directory);
    expect(report.servers[0]?.pack).toMatchObject({ embedded: true, file: "server.x86_64" });
    expect(statusOf(report, "digests")).toBe("passed");
  });

  test("embedded in a signed Windows executable is accepted", async () => {
    put(
      "server.exe",
      writePe({ signatureBytes: 1000, pack: (start) => writePack(FILES, { ...options, start }) }),
    );
    const report = await checkExport(directory);
    expect(report.servers[0]).toMatchObject({ platform: "windows", signed: true, pack: { embedded: true } });
    expect(statusOf(report, "digests")).toBe("passed");
  });

  test("with encrypted files is unproven without the key, and verified with it", async () => {
    if (version === 1) return;
    const files = gameFiles().map((file) => ({ ...file, encrypted: true }));
    writeGameExport(directory, { files, options: { ...options, key: KEY } });
    const without = await checkExport(directory);
    expect(["digests", "settings", "secrets"].map((id) => statusOf(without, id))).toEqual(
      Array(3).fill("unproven"),
    );
    expect(without.verdict).toBe("unproven");
    const withKey = await checkExport(directory, { key: KEY });
    expect(statusOf(withKey, "digests")).toBe("passed");
    const wrong = await checkExport(directory, { key: Buffer.alloc(32) });
    expect(statusOf(wrong, "digests")).toBe("failed");
  });

  test("with an encrypted directory is unproven without the key, and verified with it", async () => {
    if (version === 1) return;
    put("server.x86_64", writeElf());
    put("server.pck", writePack(FILES, { ...options, key: KEY, encryptDirectory: true }));
    expect(statusOf(await checkExport(directory), "pack")).toBe("unproven");
    const withKey = await checkExport(directory, { key: KEY });
    expect([statusOf(withKey, "pack"), statusOf(withKey, "digests")]).toEqual(["passed", "passed"]);
  });
});

test("an export for Linux and Windows in two directories has two servers", async () => {
  for (const [folder, name, content] of [
    ["linux", "SpaceTime.x86_64", writeElf()],
    ["windows", "SpaceTime.exe", writePe()],
  ] as const) {
    mkdirSync(join(directory, folder));
    put(join(folder, name), content);
    put(join(folder, "SpaceTime.pck"), writePack(FILES, { version: 3 }));
  }
  const { servers } = await checkExport(directory);
  expect(servers.map(({ executable, platform }) => [executable, platform])).toEqual([
    ["linux/SpaceTime.x86_64", "linux"],
    ["windows/SpaceTime.exe", "windows"],
  ]);
});

test("a build of unusual size is reported: too large fails, too small warns", async () => {
  put("server.x86_64", writeElf());
  put("server.pck", writePack(FILES, { version: 3 }));
  expect(statusOf(await checkExport(directory), "size")).toBe("warning");
  truncateSync(join(directory, "server.x86_64"), 200e6);
  expect(statusOf(await checkExport(directory), "size")).toBe("passed");
  truncateSync(join(directory, "server.x86_64"), 501e6);
  expect(statusOf(await checkExport(directory, { sizeLimits: { minMb: 100, maxMb: 500 } }), "size")).toBe(
    "failed",
  );
});
