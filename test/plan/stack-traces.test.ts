import { expect, test } from "@jest/globals";
import { withoutStackTraces } from "../../plan/stack-traces.ts";

const hasTrace = (): boolean => /^\s+at /m.test(new Error("x").stack ?? "");

test("errors have no stack trace inside the callback and have one again afterwards, even if it throws", async () => {
  expect(await withoutStackTraces(async () => hasTrace())).toBe(false);
  expect(hasTrace()).toBe(true);
  await expect(withoutStackTraces(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(hasTrace()).toBe(true);
});
