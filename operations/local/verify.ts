import { readFileSync } from "node:fs";
import { defaultExpectations } from "../../probes/expectations.ts";
import type { LocalTarget } from "../../probes/local-target.ts";
import { runSuite } from "../../probes/run.ts";
import { Secret } from "../../probes/secret.ts";
import type { Target } from "../../probes/target.ts";
import type { Verification } from "./verification.ts";

/** The verify suite's own question to a deployment on this machine. */
export async function verifyDeployment(local: LocalTarget): Promise<Verification> {
  const report = await runSuite("verify", probeTarget(local));
  const failures = report.checks.flatMap(({ title, verdict }) =>
    verdict.outcome === "fail"
      ? [`${title}: ${verdict.reason} Expected ${verdict.expected}; seen ${verdict.seen}`]
      : [],
  );
  return {
    score: `${report.passed}/${report.checks.length}`,
    good: report.verdict === "successful",
    failures,
    at: report.started,
    seconds: report.durationMs / 1000,
  };
}

/** The target of the probes, whether its file is written yet or not: a candidate is verified before it is. */
export function probeTarget(local: LocalTarget): Target {
  const token = (file: string): Secret => new Secret(readFileSync(file, "utf8").trim());
  return {
    name: "local",
    environment: "local",
    url: local.url,
    telemetryUrl: local.telemetryUrl,
    serverName: local.serverName,
    serverUrl: local.serverUrl,
    authority: readFileSync(local.authorityFile, "utf8"),
    apiToken: token(local.apiTokenFile),
    metricsToken: token(local.metricsTokenFile),
    debugPorts: local.debugPorts,
    expected: defaultExpectations("local"),
    local,
    monitoring: {},
    historyDirectory: local.stateDirectory,
  };
}
