import { expect, test } from "@jest/globals";
import { readPolicyGuide } from "./support/policy-guide.ts";

test("the guide's table has every rule as it is (npm run policy:guide writes it)", () => {
  const { actual, expected } = readPolicyGuide();
  expect(actual).toBe(expected);
});
