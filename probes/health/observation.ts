import { check, demand, notApplicable, type Verdict } from "../check.ts";
import { CONTRACT_METRICS } from "../contract-metrics.ts";
import { largest, query } from "../sources/monitoring.ts";
import { named } from "./ways.ts";

const group = "Observation";
const NO_PROMETHEUS = "no Prometheus at hand: --prometheus-url";

/** A part of an answer of Prometheus, Alertmanager or Grafana, wherever it is missing. */
export function listIn(
  answer: unknown,
  ...path: readonly string[]
): readonly Readonly<Record<string, unknown>>[] {
  const found = path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    answer,
  );
  return Array.isArray(found) ? found : [];
}

export const scrapeTargets = check({
  suite: "health",
  group,
  name: "scrape-targets",
  title: "Every target can be scraped.",
  findings: ["up"],
  async run({ prometheus, metrics, target }) {
    if (prometheus !== undefined) {
      const targets = listIn(await prometheus("/api/v1/targets?state=active"), "data", "activeTargets");
      const down = targets.filter(({ health }) => health !== "up");
      return {
        findings: {
          up: judgeTargets(
            targets.length,
            down.map(({ scrapeUrl }) => String(scrapeUrl)),
          ),
        },
      };
    }
    if (target.serverUrl === undefined) return { findings: { up: notApplicable(NO_PROMETHEUS) } };
    const scraped = await metrics();
    const missing = Object.keys(CONTRACT_METRICS).filter((name) => !scraped.types.has(name));
    return {
      findings: { up: judgeTargets(scraped.types.size, missing) },
      measured: { metrics: scraped.types.size },
    };
  },
});

function judgeTargets(count: number, down: readonly string[]): Verdict {
  return demand(count > 0 && down.length === 0, {
    reason: count === 0 ? "Nothing is scraped." : "Some of it cannot be scraped.",
    expected: "every target up, with the metrics of the contract",
    seen: `without ${named(down)}`,
    remedy:
      "See the page of targets: the last error stands there; then the scrape token and the network policy.",
  });
}

export const alertRules = check({
  suite: "health",
  group,
  name: "alert-rules",
  title: "Prometheus has loaded every rule without an error.",
  findings: ["loaded", "healthy"],
  async run({ prometheus }) {
    if (prometheus === undefined) {
      return { findings: { loaded: notApplicable(NO_PROMETHEUS), healthy: notApplicable(NO_PROMETHEUS) } };
    }
    const rules = listIn(await prometheus("/api/v1/rules"), "data", "groups").flatMap((one) =>
      listIn(one, "rules"),
    );
    const alerts = rules.filter(({ type }) => type === "alerting");
    const broken = rules.filter(({ health }) => health !== "ok" && health !== "unknown");
    return {
      findings: {
        loaded: demand(alerts.length > 0, {
          reason: "Prometheus has no alert rule.",
          expected: "the rules of this release",
          seen: "none",
          remedy: "See rule_files of Prometheus' config, and roll it out.",
        }),
        healthy: demand(broken.length === 0, {
          reason: "Rules cannot be evaluated.",
          expected: "health ok",
          seen: named(broken.map(({ name }) => String(name))),
          remedy: "The rules page of Prometheus shows the error of each.",
        }),
      },
      measured: { alerts: alerts.length },
    };
  },
});

/** Fires all the time, so that its silence can be noticed. */
const WATCHDOG = "Watchdog";

export const alertsQuiet = check({
  suite: "health",
  group,
  name: "alerts-quiet",
  title: "No alert is firing but the watchdog, and none has since the deployment.",
  findings: ["now", "since-deployment"],
  async run({ prometheus }) {
    if (prometheus === undefined) {
      return {
        findings: { now: notApplicable(NO_PROMETHEUS), "since-deployment": notApplicable(NO_PROMETHEUS) },
      };
    }
    const alerts = listIn(await prometheus("/api/v1/alerts"), "data", "alerts");
    const nameOf = ({ labels }: Readonly<Record<string, unknown>>): string =>
      String((labels as Readonly<Record<string, unknown>> | undefined)?.alertname);
    const firing = alerts
      .filter((alert) => alert.state === "firing" && nameOf(alert) !== WATCHDOG)
      .map(nameOf);
    // The youngest server is as old as the deployment.
    const since = Math.max(60, Math.ceil(largest(await query(prometheus, AGE)) ?? 3600));
    const fired = await query(
      prometheus,
      `count by (alertname) (max_over_time(ALERTS{alertstate="firing",alertname!="${WATCHDOG}"}[${since}s]))`,
    );
    const remedy = "Follow the runbook that the alert names.";
    return {
      findings: {
        now: demand(alerts.length > 0 && firing.length === 0, {
          reason:
            alerts.length === 0 ? "Not even the watchdog fires: nothing is evaluated." : "Alerts are firing.",
          expected: `${WATCHDOG} alone`,
          seen: named(firing),
          remedy,
        }),
        "since-deployment": demand(fired.length === 0, {
          reason: "Alerts have fired since the deployment.",
          expected: "none",
          seen: named(fired.map(({ labels }) => labels.alertname ?? "unknown")),
          remedy,
        }),
      },
    };
  },
});

const AGE = "time() - max(spacetime_start_time_seconds)";

export const watchdog = check({
  suite: "health",
  group,
  name: "watchdog",
  title: "The watchdog fires and Alertmanager passes it on.",
  findings: ["fires", "received"],
  async run({ prometheus, alertmanager }) {
    const fires =
      prometheus === undefined
        ? undefined
        : await query(prometheus, `ALERTS{alertname="${WATCHDOG}",alertstate="firing"}`);
    const received =
      alertmanager === undefined
        ? undefined
        : await alertmanager(`/api/v2/alerts?active=true&filter=alertname%3D%22${WATCHDOG}%22`);
    const remedy =
      "Without it nobody notices that alerting is dead: see Prometheus' alerting config and Alertmanager's routes.";
    return {
      findings: {
        fires:
          fires === undefined
            ? notApplicable(NO_PROMETHEUS)
            : demand(fires.length > 0, {
                reason: "The watchdog does not fire.",
                expected: `${WATCHDOG} firing`,
                seen: "no series",
                remedy,
              }),
        received:
          received === undefined
            ? notApplicable("no Alertmanager at hand: --alertmanager-url")
            : demand(listIn({ received }, "received").length > 0, {
                reason: "Alertmanager has not heard the watchdog.",
                expected: WATCHDOG,
                seen: "no alert of that name",
                remedy,
              }),
      },
    };
  },
});
