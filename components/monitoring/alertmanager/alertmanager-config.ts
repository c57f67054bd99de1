import { stringify } from "yaml";
import type { AlertmanagerOptions } from "../options.ts";
import { inhibitRules } from "./inhibitions.ts";
import { buildReceivers } from "./receivers.ts";
import { rootRoute } from "./routes.ts";

/** The complete alertmanager.yml; it refers to credentials by file path only. */
export function renderAlertmanagerConfig({ notifications, muteTimes }: AlertmanagerOptions): string {
  return stringify(
    {
      global: { resolve_timeout: "5m" },
      route: rootRoute(muteTimes),
      inhibit_rules: inhibitRules(),
      ...(muteTimes.length === 0
        ? {}
        : {
            time_intervals: muteTimes.map(({ name, weekdays, from, to }) => ({
              name,
              time_intervals: [
                { weekdays: [...weekdays], times: [{ start_time: from, end_time: to }], location: "UTC" },
              ],
            })),
          }),
      receivers: buildReceivers(notifications),
    },
    { lineWidth: 0 },
  );
}
