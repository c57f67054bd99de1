import { expect, test } from "@jest/globals";
import { withoutTraces } from "../../plan/traces.ts";

const hasTrace = (): boolean => /^\s+at /m.test(new Error("x").stack ?? "");

test("errors have no trace inside, and have theirs again afterwards, however it ended", async () => {
  expect(await withoutTraces(async () => hasTrace())).toBe(false);
  expect(hasTrace()).toBe(true);
  await expect(withoutTraces(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(hasTrace()).toBe(true);
});
