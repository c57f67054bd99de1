import { describe, expect, test } from "@jest/globals";
import type { RawConfig } from "../../components/config/config.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { formatProblem, InputError } from "../../components/shared/errors.ts";
import { filledRawConfig, useExistingCluster } from "../support/filled-config.ts";
import { AWS_RULES_CASES } from "./cross-field/aws-rules-cases.ts";
import { INJECTION_CASES } from "./injection-cases.ts";
import { INVALID_CONFIG_CASES } from "./invalid-config-cases.ts";

/** Every problem of a raw config, as it is printed. */
function problemsOf(raw: RawConfig): string[] {
  try {
    parseConfig(raw);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.problems.map(formatProblem);
  }
  return [];
}

describe("an invalid stack file is rejected with exactly one problem", () => {
  test.each([...INVALID_CONFIG_CASES, ...INJECTION_CASES, ...AWS_RULES_CASES])(
    "$title",
    ({ environment = "production", change, secretKeys = [], expectedProblem }) => {
      expect(problemsOf(filledRawConfig(environment, change, secretKeys))).toEqual([expectedProblem]);
    },
  );
});

describe("any other stack file", () => {
  test.each(["local", "staging", "production", "package"] as const)(
    "of %s is accepted once its example values are replaced",
    (environment) => {
      expect(problemsOf(filledRawConfig(environment))).toEqual([]);
    },
  );

  test("with an unknown environment is rejected with the nearest valid name", () => {
    expect(problemsOf({ ...filledRawConfig("local"), environment: "prodution" })).toEqual([
      'environment is "prodution": must be one of local, staging, production, package. Did you mean production?',
    ]);
  });

  test("with many mistakes lists the first twenty and the number of the others", () => {
    const found = problemsOf(
      filledRawConfig("production", (values) => {
        for (const letter of "abcdefghijklmnopqrstuvwxyz") values.redis[`zz${letter}`] = 1;
      }),
    );
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe("and 6 more: are not shown. Correct these first.");
  });

  test("with NaN is reported as an invalid number, not as an encrypted value", () => {
    const found = problemsOf(
      filledRawConfig("production", (values) => {
        values.gameServer.drainSeconds = Number.NaN;
      }),
    );
    expect(found).toEqual([
      'spacetime-vr:gameServer.drainSeconds is "NaN": must be a whole number from 10 to 3600. Correct it in Pulumi.production.yaml.',
    ]);
  });

  test("with several mistakes reports them all in one error", () => {
    const found = problemsOf(
      filledRawConfig("production", (values) => {
        useExistingCluster(values);
        delete values.cluster.context;
        values.gateway.domain = "Play!";
        values.redis.storge = "1Gi";
        values.slackWebhookUrl = "plain";
        values.gameServer.variables = { GODOT_API_TOKEN: "x", GODOT_TARGET_FPS: 0, GODOT_DAP_PORT: 6005 };
        values.gameServer.pools[0].scaling.minimum = 99;
      }),
    );
    expect(found.map((line) => line.split(/[: ](?: |is)/)[0])).toEqual([
      "spacetime-vr:slackWebhookUrl",
      "spacetime-vr:gateway.domain",
      "spacetime-vr:redis.storge",
      "spacetime-vr:gameServer.variables.GODOT_API_TOKEN",
      "spacetime-vr:gameServer.variables.GODOT_TARGET_FPS",
      "spacetime-vr:gameServer.pools[0].scaling.minimum",
      "spacetime-vr:cluster.context",
      "spacetime-vr:gameServer.variables.GODOT_LSP_PORT",
    ]);
  });
});
