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
  title: "Grafana shows the dashboards, and their data source answers.",
  findings: ["provisioned", "panels"],
  async run({ grafana }) {
    if (grafana === undefined) {
      const none = notApplicable(
        "no Grafana at hand: --grafana-url, with a token in SPACETIME_VR_MONITORING_TOKEN",
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
          reason: "Grafana has no dashboard of this product.",
          expected: "the dashboards of this release",
          seen: "none",
          remedy: "See the provisioning of Grafana, and its log.",
        }),
        panels: passIf(found.length > 0 && empty.length === 0, {
          reason: "Dashboards have no panel.",
          expected: "panels on each",
          seen: `${empty.length} of ${found.length} empty`,
          remedy: "Render the dashboards again: monitoring render.",
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
  title: "A line that is logged now is found where logs are kept.",
  findings: ["arrives"],
  run: (context) =>
    evaluateByEnvironment(context, ["arrives"], {
      cluster: ({ daemonSets }) => ({ arrives: evaluateLogShipper(daemonSets) }),
      processes: async () => ({ arrives: await evaluateLogDelivery(context) }),
      address: "an address does not show its logs",
    }),
});

export function evaluateLogShipper(daemonSets: readonly Workload[]): Verdict {
  const shipper = daemonSets.find(({ metadata }) => metadata.name.includes("fluent-bit"));
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = shipper?.status ?? {};
  return passIf(wanted > 0 && ready >= wanted, {
    reason: shipper === undefined ? "Nothing ships the logs." : "Logs of some nodes are not shipped.",
    expected: "Fluent Bit on every node",
    seen: `${ready} of ${wanted} ready`,
    remedy: "kubectl -n spacetime-monitoring describe daemonset fluent-bit.",
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
  reason: "What the server logs now is not found in its log.",
  expected: "the audit line of a token that was just minted",
  seen: "no such line",
  remedy: "See GODOT_AUDIT_ENABLED, and the room on the disk of .spacetime-vr/local/logs.",
};
