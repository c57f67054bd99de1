import { check, demand, notApplicable, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import { mint, notMinted, withoutToken } from "../needs.ts";
import type { Workload } from "../sources/kubernetes.ts";
import { listIn } from "./observation.ts";
import { askByKind } from "./ways.ts";

const group = "Observation";

export const dashboards = check({
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
    const found = listIn({ found: await grafana("/api/search?type=dash-db&query=SpaceTime") }, "found");
    const pages = await Promise.all(
      found.map(({ uid }) => grafana(`/api/dashboards/uid/${encodeURIComponent(String(uid))}`)),
    );
    const empty = pages.filter((page) => listIn(page, "dashboard", "panels").length === 0);
    return {
      findings: {
        provisioned: demand(found.length > 0, {
          reason: "Grafana has no dashboard of this product.",
          expected: "the dashboards of this release",
          seen: "none",
          remedy: "See the provisioning of Grafana, and its log.",
        }),
        panels: demand(found.length > 0 && empty.length === 0, {
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
const LINE_WAITS_MS = [50, 150, 400, 1000, 2000];

export const logShipping = check({
  suite: "health",
  group,
  name: "log-shipping",
  title: "A line that is logged now is found where logs are kept.",
  findings: ["arrives"],
  run: (context) =>
    askByKind(context, ["arrives"], {
      cluster: ({ daemonSets }) => ({ arrives: judgeShipper(daemonSets) }),
      processes: async () => ({ arrives: await lineArrives(context) }),
      address: "an address does not show its logs",
    }),
});

export function judgeShipper(daemonSets: readonly Workload[]): Verdict {
  const shipper = daemonSets.find(({ metadata }) => metadata.name.includes("fluent-bit"));
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = shipper?.status ?? {};
  return demand(wanted > 0 && ready >= wanted, {
    reason: shipper === undefined ? "Nothing ships the logs." : "Logs of some nodes are not shipped.",
    expected: "Fluent Bit on every node",
    seen: `${ready} of ${wanted} ready`,
    remedy: "kubectl -n spacetime-monitoring describe daemonset fluent-bit.",
  });
}

/** The audit log names whom a token was minted for. */
async function lineArrives(context: Context): Promise<Verdict> {
  const missing = withoutToken(context);
  if (missing !== undefined) return missing;
  const { logs, pause, run } = context;
  const subject = `${run}-log`;
  const { token, reply } = await mint(context, "observer", subject);
  if (token === undefined) return notMinted(reply);
  for (const wait of LINE_WAITS_MS) {
    await pause(wait);
    if ((await logs?.())?.includes(subject) === true) return demand(true, LOST);
  }
  return demand(false, LOST);
}

const LOST = {
  reason: "What the server logs now is not found in its log.",
  expected: "the audit line of a token that was just minted",
  seen: "no such line",
  remedy: "See GODOT_AUDIT_ENABLED, and the room on the disk of .spacetime-vr/local/logs.",
};
