import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const SCRIPT = `
import { createRequire } from "node:module";
import { deferModuleLoading } from "./plan/defer-module-loading.ts";
const require = createRequire(process.cwd() + "/");
deferModuleLoading();
deferModuleLoading();
await import("./index.ts");
const isLoaded = (part) => Object.keys(require.cache).some((file) => file.replaceAll("\\\\", "/").includes(part));
const before = ["/typescript/lib/typescript.js", "/pacote/", "/dashboardv2beta1/actionBuilder.gen"].filter(isLoaded);
const typescript = require("@pulumi/pulumi/typescript-shim.js");
const arborist = require("@npmcli/arborist");
process.stdout.write(JSON.stringify({
  before,
  version: typescript.version,
  expected: require("typescript/package.json").version,
  names: Object.keys(typescript).length > 1000 && "createProgram" in typescript,
  arborist: typeof arborist.Arborist,
  typescriptAgain: require("typescript").version,
}));
`;

test("the modules that no plan uses are not loaded with the program, and load completely at their first use", () => {
  const directory = join(import.meta.dirname, "..", "..");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "--eval", SCRIPT],
    { cwd: directory, encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ before: [], names: true, arborist: "function" });
  expect(found.version).toBe(found.expected);
  expect(found.typescriptAgain).toBe(found.expected);
});

test("a module of a package that is not installed is skipped", async () => {
  const { deferModuleLoading } = await import("../../plan/defer-module-loading.ts");
  expect(() => deferModuleLoading([{ from: "not-installed", name: "not-installed/x" }])).not.toThrow();
});
