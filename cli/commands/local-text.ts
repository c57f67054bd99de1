import type { DeployResult } from "../../operations/local/deployment/deployment.ts";
import type { StopResult } from "../../operations/local/down.ts";
import type { LocalEvent } from "../../operations/local/processes/process-manager.ts";
import type { ListedRelease } from "../../operations/local/rollback.ts";
import type { LocalStatus } from "../../operations/local/status.ts";
import type { RunningState } from "../../operations/local/supervisor/running-state.ts";
import type { HealthPage } from "../../operations/local/verification/health-page.ts";

/** Formats an event as a line with the time and, unless it is information, the level. */
export function eventText({ at, level, message }: LocalEvent): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time}  ${level === "info" ? "" : `${level}: `}${message}`;
}

/** The process that runs the deployment after `local up`: the command itself, a new one, or the running supervisor. */
export type UpMode = "foreground" | "background" | "already-running";

/** Formats the result of `local up`. */
export function upText(
  rolled: DeployResult,
  status: LocalStatus,
  { health, mode }: { readonly health: HealthPage | undefined; readonly mode: UpMode },
): string {
  const { release, verification, seconds } = rolled;
  const rows = [
    "",
    `release ${release} is up: verified ${verification.score} (${seconds} s in total)`,
    ...(rolled.sessionsMoved > 0 ? [`sessions moved to it: ${rolled.sessionsMoved}`] : []),
    ...(status.state === "up" ? serviceLines(status.running) : []),
    ...(health === undefined ? [] : [healthText(health)]),
    supervisionText(status, mode),
  ];
  return `${rows.join("\n").trimEnd()}\n`;
}

function supervisionText(status: LocalStatus, mode: UpMode): string {
  const commands = "`npm run local -- status` shows it, `npm run local -- down` stops it.";
  switch (mode) {
    case "foreground":
      return "Ctrl-C closes the sessions and stops everything.";
    case "background":
      return `It runs in the background: ${commands}`;
    case "already-running": {
      const supervisor = status.state === "up" ? ` (process ${status.supervisor.pid})` : "";
      return `The running supervisor${supervisor} deployed it: ${commands}`;
    }
    default: {
      const exhaustive: never = mode;
      return exhaustive;
    }
  }
}

function healthText({ passed, asked, failed, path }: HealthPage): string {
  const names = failed.length === 0 ? "" : ` (failed: ${failed.join(", ")})`;
  return `  health    ${passed} of ${asked}${names}: ${path}`;
}

export function rollbackResultText({
  release,
  from,
  verification,
  sessionsMoved,
  seconds,
}: DeployResult): string {
  return `rolled back to release ${release} (from ${from ?? "none"}): verified ${verification.score}, sessions moved: ${sessionsMoved}, in ${seconds} s\n`;
}

function serviceLines({ url, telemetryUrl, gateway, database, redis, notes }: RunningState): string[] {
  const kinds = {
    own: "own process, data kept between runs",
    external: "external",
    none: "none",
  } as const;
  const rows: readonly (readonly [string, string])[] = [
    ["players", `${url ?? "nowhere"}   telemetry ${telemetryUrl ?? "nowhere"}`],
    ["gateway", gateway === "nginx" ? "nginx with the gateway's config" : "the server's own TLS listener"],
    ["Postgres", kinds[database ?? "none"]],
    ["Redis", kinds[redis ?? "none"]],
    ...notes.map((note) => ["note", note] as const),
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`);
}

export function downText(down: StopResult): string {
  switch (down.kind) {
    case "stopped":
      return "the deployment is stopped; its data, releases and secrets are kept\n";
    case "cleared":
      return `the supervisor was not running; stopped its remaining processes: ${down.ended.join(", ")}\n`;
    case "nothing":
      return "nothing is running\n";
    default: {
      const exhaustive: never = down;
      return exhaustive;
    }
  }
}

export function statusText(status: LocalStatus): string {
  switch (status.state) {
    case "down":
      return `nothing is running${status.current === undefined ? "" : `; the last release was ${status.current.release}`}\n`;
    case "orphaned": {
      const left = status.left.map(({ name, pid }) => `${name} (process ${pid})`).join(", ");
      return `the supervisor was killed and left ${left} running: \`npm run local -- down\` or \`npm run local -- up\` stops them\n`;
    }
    case "up":
      return runningText(status.running, status.supervisor.pid);
    default: {
      const exhaustive: never = status;
      return exhaustive;
    }
  }
}

function runningText(running: RunningState, supervisor: number): string {
  const { release, server, since, verification, processes, ports } = running;
  const rows = processes.map(
    ({ name, state, pid, restarts, since: begin }) =>
      `  ${name.padEnd(12)}${state.padEnd(12)}process ${String(pid ?? "none").padEnd(9)}up ${age(begin).padEnd(8)}restarts ${restarts}`,
  );
  const verified =
    verification === undefined
      ? "not yet"
      : `${verification.score} at ${verification.at}, in ${verification.seconds} s`;
  return `${[
    `release ${release ?? "none"} (${server ?? "no server"}), up ${age(since)}, supervisor process ${supervisor}`,
    ...serviceLines(running),
    `  ${"ports".padEnd(10)}${Object.entries(ports)
      .map(([name, port]) => `${name} ${port}`)
      .join(", ")}`,
    `  ${"verified".padEnd(10)}${verified}`,
    "",
    ...rows,
  ].join("\n")}\n`;
}

function age(since: string | undefined): string {
  if (since === undefined) return "never";
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export function releaseListText(kept: readonly ListedRelease[]): string {
  if (kept.length === 0) return "no releases are stored\n";
  const rows = kept.map(
    ({ release, current, verified }) =>
      `${current ? "*" : " "} ${release.id}  ${release.server.kind.padEnd(9)}  ${verified === undefined ? "never verified" : `verified ${verified}`}`,
  );
  return `${rows.join("\n")}\n`;
}
