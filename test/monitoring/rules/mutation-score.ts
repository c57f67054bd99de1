/**
 * `npm run alerts:mutation`: changes every threshold and every `for` by a tenth, one at a time, and lets promtool run the
 * rule's own cases. A change that no case notices is a number that nobody tests.
 */
import { spawnSync } from "node:child_process";
import { singleFile, TESTED_ALERTS, TESTED_RECORDINGS } from "./files.ts";
import { mutantsOf } from "./mutants.ts";
import { runTests, type TestFile } from "./promtool.ts";

/** Files for one promtool process: few processes, and yet something to see while it runs. */
const BATCH = 100;

const PROMTOOL = "promtool";

interface Candidate {
  readonly subject: string;
  readonly change: string;
  readonly file: TestFile;
}

function everyCandidate(): Candidate[] {
  return [...TESTED_ALERTS, ...TESTED_RECORDINGS].flatMap((tested) =>
    mutantsOf(tested.rule, tested.whole).map(({ change, rule }, index) => ({
      subject: tested.name,
      change,
      file: singleFile(`${tested.name}-${index}`, rule, tested),
    })),
  );
}

async function run(): Promise<number> {
  const all = everyCandidate();
  const survivors: Candidate[] = [];
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    const noticed = await runTests(
      PROMTOOL,
      batch.map(({ file }) => file),
    );
    survivors.push(...batch.filter(({ file }) => !noticed.has(file.name)));
    process.stdout.write(`${Math.min(start + BATCH, all.length)}/${all.length} changes tried\n`);
  }
  for (const { subject, change } of survivors) process.stdout.write(`unnoticed: ${subject}: ${change}\n`);
  const noticed = all.length - survivors.length;
  const share = ((100 * noticed) / all.length).toFixed(1);
  process.stdout.write(
    `${TESTED_ALERTS.length} alerts, ${TESTED_RECORDINGS.length} recordings: ${noticed}/${all.length} changes noticed (${share} %)\n`,
  );
  return survivors.length === 0 ? 0 : 1;
}

if (spawnSync(PROMTOOL, ["--version"]).error === undefined) {
  process.exitCode = await run();
} else {
  process.stderr.write("promtool was not found; the cases need it. Install Debian's package prometheus.\n");
  process.exitCode = 3;
}
