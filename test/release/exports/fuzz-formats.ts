import { fuzzFormats } from "./support/fuzz.ts";

/** Reads mutated packs and executables: npm run release:fuzz -- [count] [seed]. */
const [count = "1000000", seed = "1"] = process.argv.slice(2);
const started = performance.now();
const { inputs, rejected, slowestMs, memoryMb, largestMb } = fuzzFormats(
  Number(count),
  Number(seed),
  (done) => {
    if (done % 100_000 === 0) process.stderr.write(`${done} inputs\n`);
  },
);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  `${inputs} inputs in ${seconds.toFixed(0)} s: ${rejected} rejected, no crash; slowest ${slowestMs.toFixed(1)} ms of CPU time, ${largestMb.toFixed(1)} MB for one input at most, memory ${memoryMb.toFixed(1)} MB above the start\n`,
);
