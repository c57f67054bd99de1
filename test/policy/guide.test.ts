import { expect, test } from "@jest/globals";
import { guide } from "./guide.ts";

test("the guide's table has every rule as it is (npm run policy:guide writes it)", () => {
  const { actual, expected } = guide();
  expect(actual).toBe(expected);
});
