import { expect, test } from "@jest/globals";
import { deleteImplementations } from "./support/deletions.ts";

test("deleting any implementation of a check makes its items unproven", async () => {
  const deletions = await deleteImplementations();
  expect(deletions.filter(({ survivors }) => survivors.length > 0)).toEqual([]);
  expect(deletions.length).toBeGreaterThan(150);
});
