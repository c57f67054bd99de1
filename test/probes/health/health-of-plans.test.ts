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

/** The checks whose subject the plan does not have. */
function expectedNotApplicable(
  environment: Environment,
  objects: ReturnType<typeof plannedObjects>,
): string[] {
  const has = (kind: string, name: RegExp): boolean =>
    objects.some((object) => object.kind === kind && name.test(object.metadata.name));
  const archives = JSON.stringify(objects).includes("archive_mode = on");
  return [
    // The test server runs on this machine, which can reach all of its own ports.
    "network-isolation",
    ...(environment === "local" ? ["autoscaler"] : []),
    ...(has("CronJob", /^(?!.*drill)/) ? [] : ["backups"]),
    ...(has("DaemonSet", /fluent-bit/) ? [] : ["log-shipping"]),
    ...(has("Deployment", /^redis-exporter$/) ? [] : ["redis-memory", "redis-persistence"]),
    ...(archives ? [] : ["wal-archive"]),
  ].sort();
}

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
    const objects = plannedObjects(await planOf(environment));
    expect(skipped.map(({ name }) => name).sort()).toEqual(expectedNotApplicable(environment, objects));
    for (const { reason } of skipped) expect(reason.length).toBeGreaterThan(20);
  }, 120_000);
});

test("what the four plans have differs, so that each of these checks applies somewhere", async () => {
  const skipped = await Promise.all(
    ENVIRONMENTS.map(async (environment) =>
      expectedNotApplicable(environment, plannedObjects(await planOf(environment))),
    ),
  );
  for (const check of ["autoscaler", "log-shipping", "redis-memory"])
    expect([check, skipped.filter((names) => names.includes(check)).length]).not.toEqual([check, 4]);
}, 120_000);
