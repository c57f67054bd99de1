import { execFileSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { checkContents } from "../../../release/package/check-contents.ts";
import { findBrokenLinks } from "../../../release/package/docs-entries.ts";
import { describeWithTool } from "../../support/tools.ts";

const TEMPLATE = "release/template";

describeWithTool("shellcheck", "the scripts of the package", (shellcheck) => {
  const scripts = globSync(`${TEMPLATE}/**/*.sh`);

  test("have no finding of shellcheck, and a receiver can execute those that are not sourced", () => {
    expect(scripts.length).toBeGreaterThanOrEqual(10);
    execFileSync(shellcheck, ["--external-sources", ...scripts]);
    for (const script of scripts) {
      const isSourced = script.endsWith("common.sh");
      expect([script, (statSync(script).mode & 0o111) !== 0]).toEqual([script, !isSourced]);
    }
  });

  test.each(scripts.filter((script) => !script.endsWith("common.sh")))(
    "%s --help prints usage and exit codes",
    (script) => {
      const help = execFileSync("bash", [script, "--help"], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin" },
      });
      expect(help).toContain(script.split("/").at(-1));
      expect(help).toContain("Exit codes:");
    },
  );
});

test("each script that Windows can run has a twin that runs the same command", () => {
  for (const batch of globSync(`${TEMPLATE}/**/*.bat`)) {
    const script = readFileSync(batch.replace(/\.bat$/, ".sh"), "utf8");
    const [, command = ""] = /spacetime-vr\.mjs" (.*) %\*/.exec(readFileSync(batch, "utf8")) ?? [];
    expect(script).toContain(`run_cli ${command} "$@"`);
  }
  expect(globSync(`${TEMPLATE}/**/*.bat`).length).toBeGreaterThanOrEqual(5);
});

describe("the contents are checked before anything is packed", () => {
  const entry = (path: string, text = "") => ({ path, mode: 0o644 as const, content: Buffer.from(text) });
  const rulesFor = (path: string, text?: string) =>
    checkContents([entry(path, text)])
      .filter(({ subject }) => subject === path)
      .map(({ rule }) => rule);

  test.each([
    ["scripts/deploy.log", /working directory/],
    ["docs/.DS_Store", /working directory/],
    ["config/production/.env", /secrets/],
    ["security/certificates/tls.key", /secrets/],
    ["docs/a:b.md", /Windows does not allow/],
    ["docs/../../x", /leaves the directory/],
    ["version", /exists twice/],
  ])("%s is rejected", (path, rule) => {
    const rules = checkContents([entry("VERSION"), entry(path)])
      .filter(({ subject }) => subject === path)
      .map((problem) => problem.rule);
    expect(rules).toContainEqual(expect.stringMatching(rule));
  });

  test("a template of an environment is not a file with secrets", () => {
    expect(rulesFor("config/production/.env.template")).toEqual([]);
  });

  test("a directory of the structure without a file, and a missing file, are named", () => {
    const subjects = checkContents([]).map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining(["binaries/", "scripts/migration/", "VERSION", "bin/spacetime-vr.mjs"]),
    );
  });

  test("links to missing files and headings are found, those in code are not links", () => {
    const pages = new Map([
      [
        "docs/a.md",
        "# A b\n[ok](b.md#c-d) [self](#a-b) [web](https://example.org/x) `[code](nowhere)`\n[no](c.md) [no](b.md#x)",
      ],
      ["docs/b.md", "## C, d\n```\n# x\n```\n[dir](../tests) [up](../README.md)"],
    ]);
    expect(findBrokenLinks(pages, new Set(["tests/smoke/x.sh"]))).toEqual([
      { page: "docs/a.md", target: "c.md" },
      { page: "docs/a.md", target: "b.md#x" },
      { page: "docs/b.md", target: "../README.md" },
    ]);
  });
});
