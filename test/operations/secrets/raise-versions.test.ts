import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import { parseSecretNames, raiseVersions } from "../../../operations/secrets/raise-versions.ts";
import { runCliInProcess } from "../../support/run-cli.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-rotate-"));
  copyFileSync("Pulumi.package.yaml", join(directory, "Pulumi.package.yaml"));
  copyFileSync("Pulumi.yaml", join(directory, "Pulumi.yaml"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const stackText = (): string => readFileSync(join(directory, "Pulumi.package.yaml"), "utf8");
const versions = () => readStackFile(directory, "package").values.secretVersions;

describe("the names of a rotation", () => {
  test("are those of the secrets or of the deployment checklist; all of them exclude the data keys", () => {
    expect(parseSecretNames(["API_TOKEN", "redis-password"], false)).toEqual(["api-token", "redis-password"]);
    expect(parseSecretNames([], true)).toHaveLength(SECRET_NAMES.length - 3);
  });

  test.each([
    [["player-data-key"], false, /is a data key/],
    [["nonsense"], false, /is not a secret/],
    [[], false, /must be named, or --all/],
    [["api-token"], true, /must be named, or --all/],
  ])("%j (all: %s) are rejected", (names, all, rule) => {
    expect(() => parseSecretNames(names, all)).toThrow(rule);
  });
});

describe("the stack file", () => {
  test("gets the raised versions and keeps every other line", () => {
    const before = stackText().split("\n");
    raiseVersions(directory, "package", ["api-token"]);
    expect(versions()).toEqual({ "api-token": 2 });
    expect([...raiseVersions(directory, "package", ["api-token", "redis-password"])]).toEqual([
      ["api-token", 3],
      ["redis-password", 2],
    ]);
    expect(versions()).toEqual({ "api-token": 3, "redis-password": 2 });
    const after = new Set(stackText().split("\n"));
    expect(before.filter((line) => !after.has(line))).toEqual([]);
  });
});

test.each([
  ["in flow style", "  spacetime-vr:secretVersions: { redis-password: 4 } # rotated in May\n"],
  ["empty", "  spacetime-vr:secretVersions: {}\n"],
  ["in block style", "  spacetime-vr:secretVersions:\n    redis-password: 4 # rotated in May\n"],
])("versions %s keep their comments", (_, lines) => {
  const path = join(directory, "Pulumi.package.yaml");
  writeFileSync(
    path,
    stackText().replace(/^config:\n/m, (line) => `${line}${lines}`),
  );
  raiseVersions(directory, "package", ["api-token", "redis-password"]);
  const redis = lines.includes("4") ? 5 : 2;
  expect(versions()).toEqual({ "api-token": 2, "redis-password": redis });
  expect(stackText().includes("# rotated in May")).toBe(lines.includes("May"));
});

test("a stack file in another layout is not changed, and the change to make is named", () => {
  const path = join(directory, "Pulumi.package.yaml");
  writeFileSync(path, "config: { pulumi:x: 1 }\n");
  expect(() => raiseVersions(directory, "package", ["api-token"])).toThrow(
    /secretVersions\.api-token to 2 by hand/,
  );
  expect(stackText()).toBe("config: { pulumi:x: 1 }\n");
});

test("secrets rotate replaces one value and keeps the others", async () => {
  const out = join(directory, "values");
  await runCliInProcess(directory, ["secrets", "generate", "package", "--out", out]);
  const read = (name: string): string => readFileSync(join(out, "secrets", name), "utf8");
  const [token, password] = [read("api-token"), read("redis-password")];
  const rejected = await runCliInProcess(directory, [
    "secrets",
    "rotate",
    "package",
    "player-data-key",
    "--out",
    out,
  ]);
  expect([rejected.exitCode, versions()]).toEqual([2, undefined]);
  const { exitCode, stdout, stderr } = await runCliInProcess(directory, [
    ...["secrets", "rotate", "package", "API_TOKEN", "--out", out],
  ]);
  expect([exitCode, stderr]).toEqual([0, "api-token: version 2\n"]);
  expect(stdout).toContain("0 values created, 1 replaced, 42 kept");
  expect(read("api-token")).not.toBe(token);
  expect(read("redis-password")).toBe(password);
}, 120_000);
