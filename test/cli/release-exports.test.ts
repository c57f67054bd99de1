import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { gameFiles, writeGameExport } from "../release/exports/support/game-export.ts";
import { runCliInProcess } from "../support/run-cli.ts";

const BASE = `docker.io/library/debian@sha256:${"a1".repeat(32)}`;

let directory = "";
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-release-")));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
  delete process.env.SPACETIME_VR_PACK_KEY_FILE;
});

const release = (...args: string[]) => runCliInProcess(resolve("."), ["release", ...args]);

test("release check exits with 0 for a good export, and lists its checks", async () => {
  writeGameExport(directory);
  const { exitCode, stdout } = await release("check", directory);
  expect(stdout).toContain("✓ The content of every file matches its digest: 19 of 19 files");
  expect(stdout).toMatch(/checks passed.*: the export can be released\n$/);
  expect(exitCode).toBe(0);
});

test("release check exits with 1 for a damaged export, and names the file and the remedy", async () => {
  const { pack } = writeGameExport(directory);
  const bytes = readFileSync(pack);
  bytes.writeUInt8((bytes[112] ?? 0) ^ 1, 112);
  writeFileSync(pack, bytes);
  const { exitCode, stdout } = await release("check", directory);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /✗ The content of every file.*\n {6}res:\/\/.*: is damaged: .* Export the project again/,
  );
});

test("release check --json prints the report only, and --html writes a page without scripts", async () => {
  writeGameExport(directory, { files: gameFiles({ "<b>.log": "x" }) });
  const page = join(directory, "report.html");
  const { exitCode, stdout } = await release("check", directory, "--json", "--html", page);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    verdict: "failed",
    servers: [{ platform: "linux" }],
  });
  const html = readFileSync(page, "utf8");
  expect(html).toContain("The export must not be released");
  expect(html).toContain("res://&lt;b&gt;.log");
  expect(html).not.toContain("<script");
});

test("a key file that does not end is rejected and not read to its end", async () => {
  process.env.SPACETIME_VR_PACK_KEY_FILE = "/dev/zero";
  expect(await release("check", directory)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("must contain 64 hexadecimal digits"),
  });
});

test.each([
  ["build", "banana", ["--out", "new"], /version is "banana": must be a semantic version/],
  ["build", "../2.5.0", ["--out", "new"], /version is .*must be a semantic version/],
  ["build", "2.5.0", ["--out", "package.json"], /--out is "package.json": cannot be used as a directory/],
  [
    "build",
    "2.5.0",
    ["--out", "new", "--passphrase-file", "x"],
    /--passphrase-file: has no effect without --sign/,
  ],
  ["image", "banana", ["--out", "new", "--base", BASE], /version is "banana": must be a semantic version/],
  ["image", "2.5.0", ["--out", "new", "--base", "debian:latest"], /--base is .*an image with its digest/],
  ["image", "2.5.0", ["--out", "new", "--base", BASE, "--platform", "plan9"], /--platform is "plan9"/],
])("release %s %s %j is rejected before the export is read", async (command, version, options, message) => {
  const { exitCode, stderr } = await release(command, version, "--export", directory, ...options);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test("an encrypted export is verified with the key in a file, and the key is never shown", async () => {
  const key = Buffer.alloc(32, 0xab);
  const files = gameFiles().map((file) => ({ ...file, encrypted: true }));
  writeGameExport(directory, { files, options: { version: 3, key, encryptDirectory: true } });
  const without = await release("check", directory);
  expect(without.exitCode).toBe(1);
  expect(without.stdout).toContain("SPACETIME_VR_PACK_KEY_FILE");
  const keys = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-key-")));
  try {
    process.env.SPACETIME_VR_PACK_KEY_FILE = join(keys, "key");
    writeFileSync(join(keys, "key"), `${key.toString("hex")}\n`);
    const withKey = await release("check", directory);
    expect(withKey.exitCode).toBe(0);
    writeFileSync(join(keys, "key"), "secret but wrong");
    const invalid = await release("check", directory);
    expect(invalid.exitCode).toBe(2);
    expect(invalid.stderr).toContain("must contain 64 hexadecimal digits");
    expect(withKey.stdout + invalid.stderr).not.toMatch(/abababab|secret but wrong/);
  } finally {
    rmSync(keys, { recursive: true, force: true });
  }
});

test.each([
  [["check", "/nonexistent"], 2, /is not a directory that can be read/],
  [["check", ".", "--environment", "moon"], 2, /moon/],
  [["check", "bench", "--project", "/nonexistent"], 2, /must contain export_presets\.cfg/],
  [["export", "/nonexistent"], 2, /contains no project\.godot/],
  [["try", ".", "--contract", "none"], 2, /It must be full or seeds/],
] as const)("release %j exits with %i", async (args, code, expected) => {
  const { exitCode, stderr } = await release(...args);
  expect(exitCode).toBe(code);
  expect(stderr).toMatch(expected);
});
