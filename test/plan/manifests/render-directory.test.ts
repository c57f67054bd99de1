import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  MARKER_FILE,
  renderPlanToDirectory,
  writeRenderedFiles,
} from "../../../plan/manifests/render-directory.ts";
import { UNKNOWN } from "../../../plan/plan.ts";
import { createObject, createPlan } from "../plan-builders.ts";

let parent: string;
let out: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "render-"));
  out = join(parent, "out");
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const configMap = (name: string, data = { key: "value" }) =>
  createObject("core/v1", "ConfigMap", name, { data });
const plan = createPlan(configMap("first"));

/** The files below a directory with their contents. */
function readFiles(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), "utf8"),
    ]),
  );
}

describe("the output directory", () => {
  test("is replaced completely by a new rendering", () => {
    renderPlanToDirectory(createPlan(configMap("old")), out);
    renderPlanToDirectory(plan, out);
    expect(Object.keys(readFiles(out))).toContain(join(out, "game", "configmap-first.yaml"));
    expect(existsSync(join(out, "game", "configmap-old.yaml"))).toBe(false);
    expect(readdirSync(parent)).toEqual(["out"]);
  });

  test("is rejected and unchanged when it contains something else that was rendered", () => {
    renderPlanToDirectory(plan, out);
    const before = readFiles(out);
    const files = new Map([["prometheus.yml", "global: {}\n"]]);
    expect(() =>
      writeRenderedFiles({ content: "the monitoring files of production", files, directory: out }),
    ).toThrow(/contains the manifests of \w+, not the monitoring files of production/);
    expect(readFiles(out)).toEqual(before);
  });

  test("may be an empty directory", () => {
    mkdirSync(out);
    expect(renderPlanToDirectory(plan, out)).toContain("kustomization.yaml");
  });

  test("is rejected and unchanged when it contains other files", () => {
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "years of work");
    expect(() => renderPlanToDirectory(plan, out)).toThrow(
      "contains thesis.txt, which was not rendered by this command",
    );
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });

  test("is rejected when a file was added to the manifests", () => {
    renderPlanToDirectory(plan, out);
    writeFileSync(join(out, "game", "mine.yaml"), "a: 1");
    const before = readFiles(out);
    expect(() => renderPlanToDirectory(plan, out)).toThrow(
      "contains game/mine.yaml, which was not rendered by this command",
    );
    expect(readFiles(out)).toEqual(before);
  });

  test("is rejected when a secret was filled in", () => {
    renderPlanToDirectory(plan, out);
    writeFileSync(join(out, "game", "configmap-first.yaml"), "filled: in");
    const before = readFiles(out);
    expect(() => renderPlanToDirectory(plan, out)).toThrow(
      "contains game/configmap-first.yaml, which was edited after rendering. Render into a new directory",
    );
    expect(readFiles(out)).toEqual(before);
  });

  test.each([
    ["names", ["thesis.txt"]],
    ["digests", { "thesis.txt": "0".repeat(64) }],
  ])("keeps other files even if a forged marker lists their %s", (_what, files) => {
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "years of work");
    writeFileSync(join(out, MARKER_FILE), JSON.stringify({ files }));
    expect(() => renderPlanToDirectory(plan, out)).toThrow(/contains (thesis.txt|\.spacetime)/);
    expect(readFileSync(join(out, "thesis.txt"), "utf8")).toBe("years of work");
  });

  test("contains a .gitignore, so that filled-in secrets are not committed", () => {
    expect(renderPlanToDirectory(plan, out)).toContain(".gitignore");
    expect(readFileSync(join(out, ".gitignore"), "utf8")).toBe("*\n");
  });

  test("must not be the root of a file system", () => {
    expect(() => renderPlanToDirectory(plan, parse(out).root)).toThrow("is the root of a file system");
  });

  test("must not be a dangling symbolic link or below one", () => {
    symlinkSync("nowhere", out);
    expect(() => renderPlanToDirectory(plan, out)).toThrow("is a dangling symbolic link");
    expect(() => renderPlanToDirectory(plan, join(out, "sub"))).toThrow("which is a dangling symbolic link");
  });

  test("must not be a file", () => {
    writeFileSync(out, "");
    expect(() => renderPlanToDirectory(plan, out)).toThrow("is a file");
  });

  test("is unchanged when the rendering fails", () => {
    renderPlanToDirectory(plan, out);
    const before = readFiles(out);
    expect(() => renderPlanToDirectory(createPlan(configMap("bad", { key: UNKNOWN })), out)).toThrow(
      "is unknown until apply",
    );
    expect(readFiles(out)).toEqual(before);
    expect(readdirSync(parent)).toEqual(["out"]);
  });

  test("is not created when the manifests cannot be written", () => {
    const name = "n".repeat(300);
    expect(() => renderPlanToDirectory(createPlan(configMap(name)), out)).toThrow(
      "cannot be written (ENAMETOOLONG)",
    );
    expect(readdirSync(parent)).toEqual([]);
  });
});
