import { expect, test } from "@jest/globals";
import { readPolicyGuide } from "./support/policy-guide.ts";

test("the rules table of docs/policy.md is current (npm run policy:guide updates it)", () => {
  const { actual, expected } = readPolicyGuide();
  expect(actual).toBe(expected);
});
