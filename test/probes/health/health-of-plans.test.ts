import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../components/config/load-config.ts";
import { ENVIRONMENTS, type Environment } from "../../../components/shared/environments.ts";
import { runSuite } from "../../../probes/run-suite.ts";
import { expectationsFromConfig } from "../../../probes/target/expectations.ts";
import { planOf, readRawConfig } from "../../support/plans.ts";
import { absentSeries, clusterFromPlan, plannedObjects } from "../support/cluster-from-plan.ts";
import { combineOverrides, inCluster, shortenPauses } from "../support/context-overrides.ts";
import { openTestContext, startTestDeployment, type TestDeployment } from "../support/test-deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

/** Runs the health suite on the objects that the environment's own plan would create. */
async function checkHealth(environment: Environment) {
  const objects = plannedObjects(await planOf(environment));
  const { image, servers, autoscaled, variables } = expectationsFromConfig(
    parseConfig(readRawConfig(environment)),
  );
  const inEnvironment = inCluster({
    cluster: clusterFromPlan(objects),
    expected: {
      servers,
      autoscaled,
      ...(image === undefined ? {} : { image }),
      ...(variables === undefined ? {} : { variables }),
    },
    planned: objects,
    series: absentSeries(objects),
  });
  const { context, close } = openTestContext(deployment.target);
  const healthy = { ...context, ...combineOverrides(shortenPauses, inEnvironment)(context) };
  return runSuite("health", healthy.target, { open: () => ({ context: healthy, close }) });
}

/** Findings whose subject an environment does not have. */
const NOT_APPLICABLE: Readonly<Record<Environment, readonly string[]>> = {
  local: ["autoscaler", "backups", "log-shipping", "network-isolation", "wal-archive"],
  package: ["backups", "log-shipping", "network-isolation", "wal-archive"],
  staging: ["backups", "network-isolation", "redis-memory", "redis-persistence", "wal-archive"],
  production: ["backups", "network-isolation", "redis-memory", "redis-persistence", "wal-archive"],
};

describe.each(ENVIRONMENTS)("a cluster with everything that the plan of %s creates", (environment) => {
  test("is healthy, and each check that does not apply says why", async () => {
    const report = await checkHealth(environment);
    const failures = report.checks.flatMap(({ name, findings }) =>
      Object.entries(findings).flatMap(([finding, verdict]) =>
        verdict.outcome === "fail" ? [{ name, finding, ...verdict }] : [],
      ),
    );
    expect(failures).toEqual([]);
    expect(report.verdict).toBe("successful");
    const skipped = report.checks.flatMap(({ name, verdict }) =>
      verdict.outcome === "not-applicable" ? [{ name, reason: verdict.reason }] : [],
    );
    expect(skipped.map(({ name }) => name).sort()).toEqual(NOT_APPLICABLE[environment]);
    for (const { reason } of skipped) expect(reason.length).toBeGreaterThan(20);
  });
});
