import { expect, test } from "@jest/globals";
import { fuzzFormats } from "./support/fuzz.ts";

test("a mutated pack or executable is rejected with a reason, and never ends the command or makes it hang", () => {
  const { rejected, slowestMs, largestMb } = fuzzFormats(3000, 20_261_128);
  expect(rejected).toBeGreaterThan(1000);
  expect(slowestMs).toBeLessThan(2000);
  expect(largestMb).toBeLessThan(64);
}, 60_000);
