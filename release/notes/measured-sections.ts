import type { GateRecord } from "../../checklist/records/gate-record.ts";
import type { LoadReport } from "../../probes/load/load-report.ts";
import type { Commit } from "../git/read-commit.ts";

/** The text of a section, or the reason why the notes omit it. */
export type SectionText = { readonly body: string } | { readonly omitted: string };

/** The results of the gate, if they are those of the commit that is released. */
export function testSummary(record: GateRecord | undefined, { id }: Commit): SectionText {
  if (record === undefined) return { omitted: "the gate (.ci/run) has no record on this machine" };
  if (record.commit !== id || record.dirty) {
    const changes = record.dirty ? " with uncommitted changes" : "";
    return { omitted: `the last gate ran on another state: commit ${record.commit.slice(0, 10)}${changes}` };
  }
  const sum = (key: "passed" | "failed" | "skipped") =>
    record.suites.reduce((total, suite) => total + suite[key], 0);
  return {
    body: `The gate ran on this commit, until ${record.finishedAt}: ${sum("passed")} tests passed, ${sum("failed")} failed and ${sum("skipped")} were skipped, in ${record.suites.length} files; ${record.check.passed} static checks passed, ${record.check.failed} failed.`,
  };
}

/** What a load test measured. */
export function performanceResults(report: LoadReport | undefined): SectionText {
  if (report === undefined) return { omitted: "no load report was given to the build (--load-report)" };
  const { profile, target, startedAt, http, sessions, verdict, findings } = report;
  const rows = [
    ...(http === undefined
      ? []
      : [
          ["requests answered", `${http.answered} of ${http.sent}, ${http.answeredPerSecond.toFixed(1)}/s`],
          ["latency p50 / p95 / p99", latencies(http.latencyMs)],
        ]),
    ...(sessions === undefined
      ? []
      : [
          ["sessions held", `${sessions.held} of ${sessions.clients}`],
          ["sessions lost", String(sessions.lost)],
        ]),
    ["verdict", verdict],
  ];
  const table = rows.map(([name = "", value = ""]) => `| ${name} | ${value} |`).join("\n");
  const list = findings.map(({ text }) => `- ${text}`).join("\n");
  return {
    body: `The profile \`${profile.name}\` ran against ${target.name} at ${startedAt}, for ${report.seconds.toFixed(0)} s${report.interrupted ? " (ended early)" : ""}.\n\n| measured | value |\n|---|---|\n${table}\n\n${list}`,
  };
}

function latencies(
  latency: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined,
): string {
  if (latency === undefined) return "not measured";
  return `${[latency.p50, latency.p95, latency.p99].map((value) => value.toFixed(1)).join(" / ")} ms`;
}
