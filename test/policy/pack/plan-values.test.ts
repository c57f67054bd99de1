import { describe, expect, test } from "@jest/globals";
import { unknownCheckingProxy } from "@pulumi/policy";
import { UNKNOWN } from "../../../plan/plan.ts";
import { toPlanProperties } from "../../../policy/pack/plan-values.ts";
import { UNKNOWN_SENTINEL } from "./engine-resources.ts";

/** Pulumi's sentinels for unknown values, by kind (@pulumi/policy, proxy.ts). */
const SENTINELS = {
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  text: UNKNOWN_SENTINEL,
  list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};

const convert = (value: object) => toPlanProperties(unknownCheckingProxy(value));

describe("values from Pulumi are converted to plan values", () => {
  test("known values are not changed", () => {
    const value = { a: "text", b: 1, c: false, d: null, e: [{ f: ["g"] }], h: {} };
    expect(convert(value)).toEqual(value);
  });

  test.each(Object.entries(SENTINELS))("an unknown %s becomes the marker at any depth", (_kind, sentinel) => {
    expect(
      convert({ a: sentinel, b: [1, sentinel, { c: sentinel }], d: { e: { f: sentinel } }, g: 2 }),
    ).toEqual({
      a: UNKNOWN,
      b: [1, UNKNOWN, { c: UNKNOWN }],
      d: { e: { f: UNKNOWN } },
      g: 2,
    });
  });

  test("missing values remain missing", () => {
    expect(Object.keys(convert({ a: 1 }))).toEqual(["a"]);
  });

  test("errors other than UnknownValueError are thrown", () => {
    const broken = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => {
        throw new TypeError("broken");
      },
    });
    expect(() => toPlanProperties(broken)).toThrow("broken");
  });
});
