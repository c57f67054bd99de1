import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { findLongFiles, findUnapprovedInstallScripts } from "./repository-rules.ts";

/** A check of `npm run check`; it returns the problems as text, or an empty string. */
interface Check {
  readonly name: string;
  readonly problems: () => string;
}

function runNodeScript(...args: readonly [string, ...string[]]): () => string {
  return () => {
    const [script, ...rest] = args;
    const result = spawnSync(process.execPath, [`node_modules/${script}`, ...rest], { encoding: "utf8" });
    return result.status === 0
      ? ""
      : `${result.stdout}${result.stderr}`.trim() || `exit code ${result.status}`;
  };
}

/** Every folder with code; some may not exist yet. */
const SOURCE_FOLDERS = [
  ...[
    "components",
    "plan",
    "policy",
    "probes",
    "checklist",
    "operations",
    "release",
    "reference-server",
    "cli",
  ],
  ...["test", "bench"],
];

const CHECKS: readonly Check[] = [
  {
    name: "format and lint",
    problems: runNodeScript("@biomejs/biome/bin/biome", "ci", "--colors=off", "--error-on-warnings", "."),
  },
  { name: "types", problems: runNodeScript("typescript/bin/tsc", "--noEmit") },
  {
    name: "import boundaries",
    problems: runNodeScript(
      "dependency-cruiser/bin/dependency-cruiser.mjs",
      "index.ts",
      ...SOURCE_FOLDERS.filter(existsSync),
    ),
  },
  { name: "files of at most 400 lines", problems: () => findLongFiles().join("\n") },
  {
    name: "install scripts allowed or denied in package.json",
    problems: () => findUnapprovedInstallScripts().join("\n"),
  },
];

function runChecks(): void {
  const failed = CHECKS.filter(({ name, problems }) => {
    const found = problems();
    process.stdout.write(found === "" ? `ok      ${name}\n` : `FAILED  ${name}\n${found}\n`);
    return found !== "";
  }).length;
  const summary = { passed: CHECKS.length - failed, failed };
  process.stdout.write(`${summary.passed} checks passed, ${summary.failed} failed\n`);
  const at = process.argv.indexOf("--summary");
  const file = process.argv[at + 1];
  if (at !== -1 && file !== undefined) writeFileSync(file, JSON.stringify(summary));
  process.exitCode = failed === 0 ? 0 : 1;
}

runChecks();
