import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { checkExport } from "../../../release/exports/check-export.ts";
import { checkSuite, parserProblems } from "../../../release/exports/godot/check-scripts.ts";
import { exportProject } from "../../../release/exports/godot/export-project.ts";
import { findGodot } from "../../../release/exports/godot/find-godot.ts";

const PRESETS = `[preset.0]
name="Linux Server"
platform="Linux"
dedicated_server=true
export_filter="all_resources"
exclude_filter="addons/*, tests/*"
script_export_mode=2

[preset.0.options]
binary_format/architecture="x86_64"

[preset.1]
name="Windows"
platform="Windows Desktop"
export_filter="all_resources"
exclude_filter="addons/*, tests/*"

[preset.1.options]
binary_format/architecture="x86_64"
`;

const SUITE = `extends GdUnitTestSuite

func test_cache() -> void:
	assert_int(1).is_equal(1)
`;

let root = "";
let env: Record<string, string> = {};
const project = (): string => join(root, "game");
const output = (): string => join(root, "out");

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-project-")));
  const [bin, data] = [join(root, "tools"), join(root, "data")];
  const templates = join(data, "godot", "export_templates", "4.5.1.stable");
  for (const directory of [bin, templates, project()]) mkdirSync(directory, { recursive: true });
  const standIn = resolve("test/release/exports/support/stand-in-godot.ts");
  writeFileSync(join(bin, "godot"), `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`, {
    mode: 0o755,
  });
  for (const name of ["linux_release.x86_64", "windows_release_x86_64.exe"])
    writeFileSync(join(templates, name), "");
  writeFileSync(
    join(project(), "project.godot"),
    '[application]\nconfig/name="SpaceTime VR"\nconfig/version="2.5.0"\n',
  );
  writeFileSync(join(project(), "export_presets.cfg"), PRESETS);
  mkdirSync(join(project(), "tests"));
  writeFileSync(join(project(), "tests", "cache_test.gd"), SUITE);
  env = { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: root, XDG_DATA_HOME: data };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (changes: Record<string, string> = {}) =>
  exportProject(project(), { output: output(), env: { ...env, ...changes } });
const builds = (): string[] => readdirSync(root).filter((name) => name.startsWith("out"));

/** Each export starts the stand-in four times. */
const TIMEOUT_MS = 60_000;

const describeOnPosix = process.platform === "win32" ? describe.skip : describe;

describeOnPosix("release export", () => {
  test(
    "writes a Linux and a Windows server with metadata and checksums, which pass every check",
    async () => {
      const { report, metadata, backup, scripts } = await run();
      expect(report.verdict).toBe("passed");
      const notPassed = report.checks.filter(({ status }) => status !== "passed").map(({ id }) => id);
      expect(new Set(notPassed)).toEqual(new Set(["size"]));
      expect(metadata).toMatchObject({
        version: "2.5.0",
        godot: "4.5.1.stable.official.f62fdbde1",
        commit: null,
      });
      expect(scripts).toMatchObject({ scripts: 1, suites: 1, tests: 1, assertions: 1 });
      expect(backup).toBeUndefined();
      expect(readdirSync(output()).sort()).toEqual(["SHA256SUMS", "build.json", "linux", "windows"]);
      expect(readFileSync(join(output(), "SHA256SUMS"), "utf8")).toContain("  linux/SpaceTimeVR.x86_64\n");
      const again = await checkExport(output());
      expect(again.servers.map(({ executable }) => executable)).toEqual([
        "linux/SpaceTimeVR.x86_64",
        "windows/SpaceTimeVR.exe",
      ]);
    },
    TIMEOUT_MS,
  );

  test(
    "keeps the previous build as a backup",
    async () => {
      await run();
      const { backup } = await run();
      expect(backup).toMatch(/out\.backup-\d{8}-\d{6}-/);
      expect(readdirSync(backup ?? "")).toContain("build.json");
      expect(builds()).toHaveLength(2);
    },
    TIMEOUT_MS,
  );

  test(
    "leaves the previous build unchanged when Godot reports a script error, although it exits with 0",
    async () => {
      await run();
      const before = readFileSync(join(output(), "build.json"), "utf8");
      writeFileSync(join(project(), "broken.gd"), "extends Node\n");
      await expect(run()).rejects.toThrow(
        /could not import its resources: it ended with exit code 0: SCRIPT ERROR: Parse Error/,
      );
      expect(readFileSync(join(output(), "build.json"), "utf8")).toBe(before);
      expect(builds()).toEqual(["out"]);
    },
    TIMEOUT_MS,
  );

  test(
    "keeps a build that fails a check apart from the previous one",
    async () => {
      await run();
      const key = Buffer.alloc(32, 1);
      const { report, output: rejected } = await exportProject(project(), { output: output(), env, key });
      expect(report.verdict).toBe("failed");
      expect(rejected).toBe(`${output()}.rejected`);
      expect(builds().sort()).toEqual(["out", "out.rejected"]);
    },
    TIMEOUT_MS,
  );

  test.each<readonly [string, () => void, RegExp]>([
    [
      "Godot is missing",
      () => void Object.assign(env, { PATH: "/nonexistent" }),
      /Godot not found\. Install Godot 4\.5\.1 or later/,
    ],
    [
      "GODOT names no program",
      () => void Object.assign(env, { GODOT: "/nonexistent/godot" }),
      /GODOT is "\/nonexistent\/godot": must be the path/,
    ],
    [
      "a template is missing",
      () => rmSync(join(root, "data", "godot", "export_templates", "4.5.1.stable", "linux_release.x86_64")),
      /Export template linux_release\.x86_64 not found\. Install the templates/,
    ],
    [
      "Godot is too old",
      () =>
        writeFileSync(join(root, "tools", "godot"), "#!/bin/sh\necho 4.4.1.stable.official\n", {
          mode: 0o755,
        }),
      /Godot 4\.5\.1 not found\. .* is Godot 4\.4\.1/,
    ],
    [
      "the project has no version",
      () => writeFileSync(join(project(), "project.godot"), '[application]\nconfig/name="A"\n'),
      /config\/version: must be a semantic version/,
    ],
    ["there is no project", () => rmSync(join(project(), "project.godot")), /contains no project\.godot/],
    [
      "there is no preset for Linux",
      () => writeFileSync(join(project(), "export_presets.cfg"), ""),
      /has no preset for Linux/,
    ],
    [
      "a preset exports sources",
      () =>
        writeFileSync(
          join(project(), "export_presets.cfg"),
          PRESETS.replace("script_export_mode=2", "script_export_mode=0"),
        ),
      /exports scripts as text/,
    ],
    [
      "a test has no assertion",
      () =>
        writeFileSync(
          join(project(), "tests", "cache_test.gd"),
          SUITE.replace("assert_int(1).is_equal(1)", "pass"),
        ),
      /test_cache: contains no assertion/,
    ],
    [
      "the output contains other files",
      () => {
        mkdirSync(output());
        writeFileSync(join(output(), "thesis.doc"), "x");
      },
      /--output is ".*out": contains other files/,
    ],
  ])("exports nothing when %s", async (_name, arrange, expected) => {
    arrange();
    const before = builds();
    await expect(run()).rejects.toThrow(expected);
    expect(builds()).toEqual(before);
  });

  test("Godot is found by the variable GODOT before the PATH", () => {
    const path = join(root, "tools", "mine");
    writeFileSync(path, "#!/bin/sh\necho 4.7.stable.official.abc\n", { mode: 0o755 });
    expect(findGodot({ ...env, GODOT: path })).toEqual({
      path,
      version: "4.7.stable.official.abc",
      templates: join(root, "data", "godot", "export_templates", "4.7.stable"),
    });
  });
});

describe("the structure of a GdUnit4 suite", () => {
  test.each<readonly [string, string, RegExp]>([
    ["a suite without tests", "extends GdUnitTestSuite\n", /is a suite without tests/],
    ["tests that never run", "extends Node\nfunc test_a():\n\tpass\n", /does not extend GdUnitTestSuite/],
    [
      "a hook with another name",
      `${SUITE}func setup():\n\tpass\n`,
      /defines setup\(\), which GdUnit4 does not call/,
    ],
    [
      "two tests with one name",
      `${SUITE}func test_cache():\n\tassert_bool(true).is_true()\n`,
      /is defined twice/,
    ],
    [
      "a parameter without default",
      SUITE.replace("test_cache()", "test_cache(a: int)"),
      /parameter without a default/,
    ],
    ["an assertion in a comment", SUITE.replace("assert_int", "# assert_int"), /contains no assertion/],
  ])("is rejected for %s", (_name, source, expected) => {
    const { problems } = checkSuite("a_test.gd", source);
    expect(problems.map(({ subject, rule }) => `${subject} ${rule}`).join("\n")).toMatch(expected);
  });
});

test("an error of the script parser names the script", () => {
  const output =
    "scripts/a.gd:\n\nextends Node\n^\n\nUnexpected token Token('X', '1') at line 1, column 2.\n";
  expect(parserProblems(output)).toMatchObject([
    { subject: "scripts/a.gd", rule: expect.stringContaining("Unexpected token") },
  ]);
});
