import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { Workload } from "../sources/kubernetes.ts";
import { evaluateByEnvironment } from "./evaluate-by-environment.ts";
import { listAtPath } from "./observability.ts";

const group = "Observation";

export const dashboards = defineCheck({
  suite: "health",
  group,
  name: "dashboards",
  title: "Grafana has the product's dashboards, and its data source responds.",
  findings: ["provisioned", "panels"],
  async run({ grafana }) {
    if (grafana === undefined) {
      const none = notApplicable(
        "Grafana is not available: set --grafana-url, and SPACETIME_VR_MONITORING_TOKEN to a token",
      );
      return { findings: { provisioned: none, panels: none } };
    }
    const found = listAtPath({ found: await grafana("/api/search?type=dash-db&query=SpaceTime") }, "found");
    const pages = await Promise.all(
      found.map(({ uid }) => grafana(`/api/dashboards/uid/${encodeURIComponent(String(uid))}`)),
    );
    const empty = pages.filter((page) => listAtPath(page, "dashboard", "panels").length === 0);
    return {
      findings: {
        provisioned: passIf(found.length > 0, {
          reason: "Grafana does not have the product's dashboards.",
          expected: "the dashboards of this release",
          seen: "none",
          remedy: "Check Grafana's provisioning and its log.",
        }),
        panels: passIf(found.length > 0 && empty.length === 0, {
          reason: "Some dashboards have no panels.",
          expected: "panels on each",
          seen: `${empty.length} of ${found.length} empty`,
          remedy: 'Render the dashboards again with "monitoring render".',
        }),
      },
      measured: { dashboards: found.length },
    };
  },
});

/** A line is written within milliseconds; a busy disk takes longer. */
const LOG_POLL_INTERVALS_MS = [50, 150, 400, 1000, 2000];

export const logShipping = defineCheck({
  suite: "health",
  group,
  name: "log-shipping",
  title: "A log line that is written now appears in the log store.",
  findings: ["arrives"],
  run: (context) =>
    evaluateByEnvironment(context, ["arrives"], {
      cluster: ({ daemonSets }) => ({ arrives: evaluateLogShipper(daemonSets) }),
      processes: async () => ({ arrives: await evaluateLogDelivery(context) }),
      address: "logs are not available at an address",
    }),
});

export function evaluateLogShipper(daemonSets: readonly Workload[]): Verdict {
  const shipper = daemonSets.find(({ metadata }) => metadata.name.includes("fluent-bit"));
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = shipper?.status ?? {};
  return passIf(wanted > 0 && ready >= wanted, {
    reason: shipper === undefined ? "No log shipper is running." : "Some nodes do not ship their logs.",
    expected: "Fluent Bit on every node",
    seen: `${ready} of ${wanted} ready`,
    remedy: "Run: Run: kubectl -n spacetime-monitoring describe daemonset fluent-bit.",
  });
}

/** The audit log names whom a token was minted for. */
async function evaluateLogDelivery(context: CheckContext): Promise<Verdict> {
  const missing = missingTokenVerdict(context);
  if (missing !== undefined) return missing;
  const { logs, pause, run } = context;
  const subject = `${run}-log`;
  const { token, reply } = await mintToken(context, "observer", subject);
  if (token === undefined) return mintFailedVerdict(reply);
  for (const wait of LOG_POLL_INTERVALS_MS) {
    await pause(wait);
    if ((await logs?.())?.includes(subject) === true) return passIf(true, LOG_LINE_MISSING);
  }
  return passIf(false, LOG_LINE_MISSING);
}

const LOG_LINE_MISSING = {
  reason: "A new log line does not appear in the server's log.",
  expected: "the audit line of a token that was just minted",
  seen: "no such line",
  remedy: "Check GODOT_AUDIT_ENABLED, and the free disk space for .spacetime-vr/local/logs.",
};
