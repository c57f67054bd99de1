import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { findLongFiles, findUnapprovedScripts } from "./repository-rules.ts";

/** One thing that `npm run check` looks at; returns what is wrong, as text, or nothing. */
interface Check {
  readonly name: string;
  readonly problems: () => string;
}

function command(...args: readonly [string, ...string[]]): () => string {
  return () => {
    const [script, ...rest] = args;
    const result = spawnSync(process.execPath, [`node_modules/${script}`, ...rest], { encoding: "utf8" });
    return result.status === 0
      ? ""
      : `${result.stdout}${result.stderr}`.trim() || `exit code ${result.status}`;
  };
}

/** Every folder with code; some come with later capabilities. */
const SOURCES = [
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
    problems: command("@biomejs/biome/bin/biome", "ci", "--colors=off", "--error-on-warnings", "."),
  },
  { name: "types", problems: command("typescript/bin/tsc", "--noEmit") },
  {
    name: "import boundaries",
    problems: command(
      "dependency-cruiser/bin/dependency-cruiser.mjs",
      "index.ts",
      ...SOURCES.filter(existsSync),
    ),
  },
  { name: "files of at most 250 lines", problems: () => findLongFiles().join("\n") },
  { name: "install scripts approved or refused by name", problems: () => findUnapprovedScripts().join("\n") },
];

function run(): void {
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

run();
