import { TEAMS, type Team } from "../rules/types.ts";
import { receiverName, UNROUTED_RECEIVER, WATCHDOG_RECEIVER } from "./receivers.ts";
import type { MuteTime } from "./types.ts";

/** The alert that always fires, so that its absence shows a broken notification pipeline. */
const WATCHDOG_ALERT = "Watchdog";

/** Environments with players, in which critical alerts page the on-call engineer. */
const PAGING_ENVIRONMENTS = ["production", "package"];

/** A route in the format of alertmanager.yml. */
type Route = Readonly<Record<string, unknown>>;

/**
 * The routing tree: the Watchdog goes to the dead man's switch; other alerts are routed by team, then by severity and
 * environment. An alert with an unknown team or severity goes to the unrouted receiver.
 */
export function rootRoute(muteTimes: readonly MuteTime[]): Route {
  return {
    receiver: UNROUTED_RECEIVER,
    // An alert that fires for ten servers is sent as one message.
    group_by: ["alertname", "environment", "cluster", "team"],
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "4h",
    routes: [watchdogRoute(), ...TEAMS.map((team) => teamRoute(team, muteTimes))],
  };
}

function watchdogRoute(): Route {
  return {
    matchers: [`alertname="${WATCHDOG_ALERT}"`],
    receiver: WATCHDOG_RECEIVER,
    group_wait: "0s",
    // The dead man's switch pages if it receives nothing for a few minutes.
    group_interval: "1m",
    // Shorter than group_interval: the time counts from the end of the last notification, so "1m" would skip every second one.
    repeat_interval: "50s",
  };
}

function teamRoute(team: Team, muteTimes: readonly MuteTime[]): Route {
  const muted = (severity: "warning" | "info"): Route => {
    const names = muteTimes.filter(({ severities }) => severities.includes(severity)).map(({ name }) => name);
    return names.length === 0 ? {} : { mute_time_intervals: names };
  };
  return {
    matchers: [`team="${team}"`],
    receiver: UNROUTED_RECEIVER,
    routes: [
      {
        matchers: ['severity="critical"', `environment=~"${PAGING_ENVIRONMENTS.join("|")}"`],
        receiver: receiverName(team, "page"),
        group_wait: "10s",
        repeat_interval: "1h",
      },
      { matchers: ['severity="critical"'], receiver: receiverName(team, "notify") },
      {
        matchers: ['severity="warning"'],
        receiver: receiverName(team, "notify"),
        repeat_interval: "12h",
        ...muted("warning"),
      },
      {
        matchers: ['severity="info"'],
        receiver: receiverName(team, "record"),
        // Informational alerts are grouped and sent once a day.
        group_wait: "5m",
        group_interval: "1h",
        repeat_interval: "24h",
        ...muted("info"),
      },
    ],
  };
}
