import { describe, expect, test } from "@jest/globals";
import { findStorageChanges } from "../../../../operations/pulumi/deploy/storage-changes.ts";
import { parseCheckpoint } from "../../../../operations/pulumi/state/checkpoint.ts";
import type { Plan } from "../../../../plan/plan.ts";
import { planOf } from "../../../support/plans.ts";

/** The state that a deployment of this plan leaves. */
function deploy({ resources }: Plan) {
  return parseCheckpoint(JSON.stringify({ deployment: { resources } })).claimTemplates;
}

describe("a changed storage size, which Kubernetes would ignore, is found before the update", () => {
  test.each([
    ["raised", "2Gi"],
    ["lowered", "500Mi"],
  ])("%s", async (_, size) => {
    const deployed = deploy(await planOf("local"));
    expect(deployed).toHaveLength(5);
    expect(findStorageChanges(await planOf("local"), deployed)).toEqual([]);
    const changed = await planOf("local", (values) => {
      values.database.storage = size;
    });
    expect(findStorageChanges(changed, deployed)).toEqual([
      {
        planned: size,
        deployed: expect.objectContaining({ namespace: "spacetime", name: "postgres", storage: "1Gi" }),
      },
    ]);
  });

  test("a new, removed or external database has no size to compare", async () => {
    const external = await planOf("staging");
    expect(findStorageChanges(external, deploy(await planOf("local")))).toEqual([]);
    expect(findStorageChanges(await planOf("local"), deploy({ ...external, resources: [] }))).toEqual([]);
  });
});
