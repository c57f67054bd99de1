import { expect, test } from "@jest/globals";
import { InputError } from "../../components/shared/errors.ts";
import { planOf } from "../support/plans.ts";

test("a rejected stack file does not affect the next plan", async () => {
  for (let round = 0; round < 3; round += 1) {
    const refused = planOf("local", ({ redis }) => {
      redis.storage = "none";
    });
    await expect(refused).rejects.toThrow(InputError);
    expect((await planOf("local")).resources.length).toBeGreaterThan(50);
  }
});
