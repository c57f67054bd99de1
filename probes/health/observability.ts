import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import { CONTRACT_METRICS } from "../contract-metrics.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { formatNames } from "./evaluate-by-environment.ts";

const group = "Observation";
const NO_PROMETHEUS_REASON = "Prometheus is not available: set --prometheus-url";

/** Returns the list at a path of a JSON response; empty if it is missing. */
export function listAtPath(
  body: unknown,
  ...path: readonly string[]
): readonly Readonly<Record<string, unknown>>[] {
  const list = path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    body,
  );
  return Array.isArray(list) ? list : [];
}

export const scrapeTargets = defineCheck({
  suite: "health",
  group,
  name: "scrape-targets",
  title: "All Prometheus scrape targets are up.",
  findings: ["up"],
  async run({ prometheus, metrics, target }) {
    if (prometheus !== undefined) {
      const targets = listAtPath(await prometheus("/api/v1/targets?state=active"), "data", "activeTargets");
      const down = targets.filter(({ health }) => health !== "up");
      return {
        findings: {
          up: evaluateScrapeTargets(
            targets.length,
            down.map(({ scrapeUrl }) => String(scrapeUrl)),
          ),
        },
      };
    }
    if (target.serverUrl === undefined) return { findings: { up: notApplicable(NO_PROMETHEUS_REASON) } };
    const scraped = await metrics();
    const missing = Object.keys(CONTRACT_METRICS).filter((name) => !scraped.types.has(name));
    return {
      findings: { up: evaluateScrapeTargets(scraped.types.size, missing) },
      measured: { metrics: scraped.types.size },
    };
  },
});

function evaluateScrapeTargets(count: number, down: readonly string[]): Verdict {
  return passIf(count > 0 && down.length === 0, {
    reason: count === 0 ? "Prometheus has no scrape target." : "Some scrape targets are down.",
    expected: "every target up, with the metrics of the contract",
    seen: `without ${formatNames(down)}`,
    remedy:
      "Open the Prometheus targets page for the last error, then check the scrape token and the network policy.",
  });
}

export const alertRules = defineCheck({
  suite: "health",
  group,
  name: "alert-rules",
  title: "Prometheus has loaded its alert rules and evaluates them without errors.",
  findings: ["loaded", "healthy"],
  async run({ prometheus }) {
    if (prometheus === undefined) {
      return {
        findings: {
          loaded: notApplicable(NO_PROMETHEUS_REASON),
          healthy: notApplicable(NO_PROMETHEUS_REASON),
        },
      };
    }
    const rules = listAtPath(await prometheus("/api/v1/rules"), "data", "groups").flatMap((one) =>
      listAtPath(one, "rules"),
    );
    const alerts = rules.filter(({ type }) => type === "alerting");
    const broken = rules.filter(({ health }) => health !== "ok" && health !== "unknown");
    return {
      findings: {
        loaded: passIf(alerts.length > 0, {
          reason: "Prometheus has no alert rules.",
          expected: "the rules of this release",
          seen: "none",
          remedy: "Check rule_files in the Prometheus configuration, and roll it out.",
        }),
        healthy: passIf(broken.length === 0, {
          reason: "Prometheus cannot evaluate some rules.",
          expected: "health ok",
          seen: formatNames(broken.map(({ name }) => String(name))),
          remedy: "Open the Prometheus rules page for the error of each rule.",
        }),
      },
      measured: { alerts: alerts.length },
    };
  },
});

/** Always firing, so that an alerting outage is noticed. */
const WATCHDOG_ALERT = "Watchdog";

export const alertsQuiet = defineCheck({
  suite: "health",
  group,
  name: "alerts-quiet",
  title: "No alert except the watchdog is firing or has fired since the deployment.",
  findings: ["now", "since-deployment"],
  async run({ prometheus }) {
    if (prometheus === undefined) {
      return {
        findings: {
          now: notApplicable(NO_PROMETHEUS_REASON),
          "since-deployment": notApplicable(NO_PROMETHEUS_REASON),
        },
      };
    }
    const alerts = listAtPath(await prometheus("/api/v1/alerts"), "data", "alerts");
    const nameOf = ({ labels }: Readonly<Record<string, unknown>>): string =>
      String((labels as Readonly<Record<string, unknown>> | undefined)?.alertname);
    const firing = alerts
      .filter((alert) => alert.state === "firing" && nameOf(alert) !== WATCHDOG_ALERT)
      .map(nameOf);
    // The age of the newest server is the time since the deployment.
    const since = Math.max(
      60,
      Math.ceil(maxValue(await queryPrometheus(prometheus, DEPLOYMENT_AGE_QUERY)) ?? 3600),
    );
    const fired = await queryPrometheus(
      prometheus,
      `count by (alertname) (max_over_time(ALERTS{alertstate="firing",alertname!="${WATCHDOG_ALERT}"}[${since}s]))`,
    );
    const remedy = "Follow the alert's runbook_url.";
    return {
      findings: {
        now: passIf(alerts.length > 0 && firing.length === 0, {
          reason:
            alerts.length === 0
              ? "The watchdog alert is not firing: rules are not evaluated."
              : "Alerts are firing.",
          expected: `${WATCHDOG_ALERT} alone`,
          seen: formatNames(firing),
          remedy,
        }),
        "since-deployment": passIf(fired.length === 0, {
          reason: "Alerts have fired since the deployment.",
          expected: "none",
          seen: formatNames(fired.map(({ labels }) => labels.alertname ?? "unknown")),
          remedy,
        }),
      },
    };
  },
});

const DEPLOYMENT_AGE_QUERY = "time() - max(spacetime_start_time_seconds)";

export const watchdog = defineCheck({
  suite: "health",
  group,
  name: "watchdog",
  title: "The watchdog alert is firing, and Alertmanager has received it.",
  findings: ["fires", "received"],
  async run({ prometheus, alertmanager }) {
    const fires =
      prometheus === undefined
        ? undefined
        : await queryPrometheus(prometheus, `ALERTS{alertname="${WATCHDOG_ALERT}",alertstate="firing"}`);
    const received =
      alertmanager === undefined
        ? undefined
        : await alertmanager(`/api/v2/alerts?active=true&filter=alertname%3D%22${WATCHDOG_ALERT}%22`);
    const remedy =
      "Without the watchdog, an alerting outage stays unnoticed: check the alerting section of the Prometheus configuration and Alertmanager's routes.";
    return {
      findings: {
        fires:
          fires === undefined
            ? notApplicable(NO_PROMETHEUS_REASON)
            : passIf(fires.length > 0, {
                reason: "The watchdog alert is not firing.",
                expected: `${WATCHDOG_ALERT} firing`,
                seen: "no series",
                remedy,
              }),
        received:
          received === undefined
            ? notApplicable("Alertmanager is not available: set --alertmanager-url")
            : passIf(listAtPath({ received }, "received").length > 0, {
                reason: "Alertmanager has not received the watchdog alert.",
                expected: WATCHDOG_ALERT,
                seen: "no alert of that name",
                remedy,
              }),
      },
    };
  },
});
