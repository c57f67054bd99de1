import { defineCheck, notApplicable, passIf } from "../check.ts";
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
        "Grafana is not available: set --grafana-url, and the password with --secrets or SPACETIME_VR_GRAFANA_PASSWORD",
      );
      return { findings: { provisioned: none, panels: none } };
    }
    const found = listAtPath({ list: await grafana("/api/search?type=dash-db&query=SpaceTime") }, "list");
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
