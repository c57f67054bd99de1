/**
 * `npm run alerts:mutation`: changes every threshold and every `for` by 10 %, one at a time, and runs the rule's test cases with
 * promtool. A change that fails no case shows an untested number.
 */
import { spawnSync } from "node:child_process";
import { mutateRule } from "./mutants.ts";
import { runTests, type TestFile } from "./promtool.ts";
import { singleRuleTestFile, TESTED_ALERTS, TESTED_RECORDINGS } from "./tested-rules.ts";

/** Files per promtool process: few processes, but regular progress output. */
const BATCH_SIZE = 100;

const PROMTOOL = "promtool";

interface MutationCandidate {
  readonly subject: string;
  readonly change: string;
  readonly file: TestFile;
}

function mutationCandidates(): MutationCandidate[] {
  return [...TESTED_ALERTS, ...TESTED_RECORDINGS].flatMap((tested) =>
    mutateRule(tested.rule, tested.whole).map(({ change, rule }, index) => ({
      subject: tested.name,
      change,
      file: singleRuleTestFile(`${tested.name}-${index}`, rule, tested),
    })),
  );
}

async function runMutations(): Promise<number> {
  const all = mutationCandidates();
  const survivors: MutationCandidate[] = [];
  for (let start = 0; start < all.length; start += BATCH_SIZE) {
    const batch = all.slice(start, start + BATCH_SIZE);
    const noticed = await runTests(
      PROMTOOL,
      batch.map(({ file }) => file),
    );
    survivors.push(...batch.filter(({ file }) => !noticed.has(file.name)));
    process.stdout.write(`${Math.min(start + BATCH_SIZE, all.length)}/${all.length} changes tried\n`);
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
  process.exitCode = await runMutations();
} else {
  process.stderr.write("promtool was not found; the cases need it. Install Debian's package prometheus.\n");
  process.exitCode = 3;
}
