import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../components/config/load-config.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { filledRawConfig, useExistingCluster, type Values } from "../../support/filled-config.ts";
import { DATA_STORE_RULES_CASES } from "./data-store-rules-cases.ts";

function problemsOf(change: (values: Values) => void): readonly { subject: string; rule: string }[] {
  try {
    parseConfig(filledRawConfig("production", change));
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

describe("an invalid configuration of AWS data stores is rejected before deployment", () => {
  test.each(DATA_STORE_RULES_CASES)("$title", ({ change, expectedPath, expectedRule }) => {
    const found = problemsOf(change);
    expect(found.map(({ subject }) => subject)).toEqual([`spacetime-vr:${expectedPath}`]);
    expect(found[0]?.rule).toContain(expectedRule);
  });

  test("managed data stores with an existing cluster, whose network is unknown", () => {
    const found = problemsOf((values) => {
      const { database, redis, backup, alarms } = structuredClone(values);
      useExistingCluster(values);
      Object.assign(values, { database, redis, backup, alarms });
    });
    expect(found.map(({ subject }) => subject)).toEqual([
      "spacetime-vr:database.kind",
      "spacetime-vr:redis.kind",
      "spacetime-vr:backup.kind",
    ]);
    expect(found[0]?.rule).toContain('requires "cluster.kind: eks"');
  });

  test("alarms without a resource to monitor", () => {
    const found = problemsOf((values) => {
      useExistingCluster(values);
      values.alarms = { emails: ["operations@spacetime-vr.com"] };
    });
    expect(found.map(({ subject }) => subject)).toEqual(["spacetime-vr:alarms"]);
  });
});

test("exactly as many connections as a rollout needs are accepted", () => {
  expect(
    problemsOf((values) => {
      values.database.maxConnections = 140;
    }),
  ).toEqual([]);
});
