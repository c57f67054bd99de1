import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../../components/shared/errors.ts";
import { findProgram } from "../../../operations/find-program.ts";

/** The parser of gdtoolkit, which is maintained with the language. https://pypi.org/project/gdtoolkit */
const PARSER = "gdparse";

/** A command line has a limited length; a script's path has up to 260 characters on Windows. */
const FILES_PER_RUN = 50;

export interface ScriptCheck {
  readonly scripts: number;
  /** Undefined if gdtoolkit is not installed, so that no script was parsed. */
  readonly parser: string | undefined;
  readonly suites: number;
  readonly tests: number;
  readonly assertions: number;
  readonly problems: readonly Problem[];
}

/** Parses every script of a project, and checks the structure of its GdUnit4 suites. */
export function checkScripts(project: string, path: string): ScriptCheck {
  const scripts = globSync("**/*.gd", { cwd: project })
    .filter((file) => !/(^|[\\/])(\.godot|addons)[\\/]/.test(file))
    .sort();
  const parser = findProgram(PARSER, path);
  const suites = scripts.map((file) => checkSuite(file, readFileSync(join(project, file), "utf8")));
  return {
    scripts: scripts.length,
    parser,
    suites: suites.filter(({ isSuite }) => isSuite).length,
    tests: suites.reduce((sum, { tests }) => sum + tests, 0),
    assertions: suites.reduce((sum, { assertions }) => sum + assertions, 0),
    problems: [
      ...(parser === undefined ? [] : parseScripts(parser, project, scripts)),
      ...suites.flatMap(({ problems }) => problems),
    ],
  };
}

function parseScripts(parser: string, project: string, scripts: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (let start = 0; start < scripts.length; start += FILES_PER_RUN) {
    const files = scripts.slice(start, start + FILES_PER_RUN);
    const { status, stdout, stderr } = spawnSync(parser, files, { cwd: project, encoding: "utf8" });
    if (status === 0) continue;
    problems.push(...parserProblems(`${stdout}${stderr}`));
  }
  return problems;
}

/** gdparse prints the file, then the code with a marker, then the reason. */
export function parserProblems(output: string): Problem[] {
  const problems: Problem[] = [];
  const remedy = "Correct the script; Godot exports a project with broken scripts without an error code.";
  let subject = "a script";
  for (const line of output.split("\n")) {
    const file = /^(.+\.gd):/.exec(line)?.[1];
    if (file !== undefined) subject = file;
    const reason =
      /(Unexpected token|Unexpected character|Unexpected end|No terminal|Invalid|Unable|Mismatched).*/.exec(
        line,
      )?.[0];
    if (reason !== undefined) problems.push({ subject, rule: `cannot be parsed: ${reason.trim()}`, remedy });
  }
  if (problems.length > 0) return problems;
  return [{ subject, rule: `cannot be parsed: ${output.trim().slice(0, 500)}`, remedy }];
}

interface Suite {
  readonly isSuite: boolean;
  readonly tests: number;
  readonly assertions: number;
  readonly problems: readonly Problem[];
}

const SUITE = /^extends\s+(GdUnitTestSuite|"res:\/\/addons\/gdUnit4\/src\/GdUnitTestSuite\.gd")/m;
const TEST = /^func\s+(test_\w*)\s*\(([^)]*)\)/gm;
const ASSERTION = /\b(assert_\w+|fail|verify|verify_no_interactions)\s*\(/g;

/** GdUnit4 calls only functions with these names before and after tests. */
const MISSPELLED_HOOK =
  /^func\s+(setup|teardown|set_up|tear_down|before_each|after_each|before_all|after_all)\s*\(/m;

/** Checks a script that extends GdUnitTestSuite: a suite without tests, or a test without assertion, always passes. */
export function checkSuite(file: string, source: string): Suite {
  if (!SUITE.test(source)) {
    const isNamed = /(^|[\\/])(test_\w+|\w+_test)\.gd$/.test(file) && /^func\s+test_/m.test(source);
    const rule = "has tests, but does not extend GdUnitTestSuite, so no test of it runs";
    const problems = isNamed
      ? [{ subject: file, rule, remedy: "Begin it with: extends GdUnitTestSuite." }]
      : [];
    return { isSuite: false, tests: 0, assertions: 0, problems };
  }
  const code = source.replaceAll(/#.*$/gm, "");
  const functions = code.split(/^(?=func\s|static\s+func\s)/m);
  const tests = [...code.matchAll(TEST)];
  const problems: Problem[] = [];
  const report = (subject: string, rule: string, remedy: string): void =>
    void problems.push({ subject, rule, remedy });
  if (tests.length === 0) report(file, "is a suite without tests", "Add a function that begins with test_.");
  const hook = MISSPELLED_HOOK.exec(code)?.[1];
  if (hook !== undefined) {
    report(
      file,
      `defines ${hook}(), which GdUnit4 does not call`,
      "Use before, after, before_test or after_test.",
    );
  }
  const names = new Set<string>();
  for (const [, name = "", parameters = ""] of tests) {
    const body = functions.find((part) => new RegExp(`^func\\s+${name}\\s*\\(`).test(part)) ?? "";
    if (names.has(name)) report(`${file}: ${name}`, "is defined twice", "Rename one of them.");
    names.add(name);
    if (body.search(ASSERTION) === -1)
      report(`${file}: ${name}`, "contains no assertion, so it always passes", "Add one.");
    if (parameters.split(",").some((part) => part.trim() !== "" && !part.includes("="))) {
      report(
        `${file}: ${name}`,
        "has a parameter without a default value, so GdUnit4 cannot call it",
        "Add default values and test_parameters.",
      );
    }
  }
  return { isSuite: true, tests: tests.length, assertions: [...code.matchAll(ASSERTION)].length, problems };
}
