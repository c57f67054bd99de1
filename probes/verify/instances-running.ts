import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { statusBody } from "../contract.ts";
import type { Pod } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";

type InstanceVerdicts = Readonly<Record<"running" | "no-restarts", Verdict>>;

export const instancesRunning = defineCheck({
  suite: "verify",
  name: "instances-running",
  title: "All pods or processes are running, and none has restarted.",
  findings: ["running", "no-restarts"],
  async run(context) {
    if (context.cluster !== undefined) return { findings: evaluatePods((await context.cluster()).pods) };
    if (context.processes !== undefined) return { findings: evaluateProcesses(await context.processes()) };
    return evaluateUptime(context);
  },
});

const formatNames = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.slice(0, 5).join(", ");

/** Evaluates all pods except those of completed jobs. */
export function evaluatePods(pods: readonly Pod[]): InstanceVerdicts {
  const instances = pods.filter(({ status }) => status?.phase !== "Succeeded");
  const servers = instances.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const down = instances
    .filter(({ status }) => status?.phase !== "Running")
    .map(({ metadata }) => metadata.name);
  const restarted = instances
    .filter(({ status }) => status?.containerStatuses?.some(({ restartCount }) => restartCount > 0))
    .map(({ metadata }) => metadata.name);
  return {
    running: passIf(down.length === 0 && servers.length > 0, {
      reason: servers.length === 0 ? "No game server is running." : "Some pods are not running.",
      expected: "every pod Running, at least one of them a game server",
      seen: `${servers.length} game servers; not running: ${formatNames(down)}`,
      remedy: "Run: kubectl -n spacetime describe pod <pod>.",
    }),
    "no-restarts": passIf(restarted.length === 0, {
      reason: "Containers have restarted since their pods were created.",
      expected: "no restart",
      seen: formatNames(restarted),
      remedy: "Read the log of the previous container: kubectl -n spacetime logs --previous <pod>.",
    }),
  };
}

export function evaluateProcesses({ processes }: ProcessDeployment): InstanceVerdicts {
  const down = processes.filter(({ alive, state }) => !alive || state !== "running");
  const restarted = processes.filter(({ restarts }) => restarts > 0);
  return {
    running: passIf(processes.length > 0 && down.length === 0, {
      reason: processes.length === 0 ? "The deployment has no process." : "Some processes are not running.",
      expected: "every process running",
      seen: formatNames(down.map(({ name, state }) => `${name} (${state})`)),
      remedy: "Run `npm run local -- status`, and read the log files in .spacetime-vr/local/logs.",
    }),
    "no-restarts": passIf(restarted.length === 0, {
      reason: "The supervisor has restarted processes.",
      expected: "no restart",
      seen: formatNames(restarted.map(({ name, restarts }) => `${name} ${restarts} times`)),
      remedy: "Read the log files in .spacetime-vr/local/logs for the cause.",
    }),
  };
}

/** An address shows one server at a time, so that a restart is visible only if two responses come from the same server. */
async function evaluateUptime({ http, pause }: CheckContext) {
  const first = await http("/status");
  await pause(400);
  const second = await http("/status");
  const [before, after] = [first, second].map(({ json, status }) =>
    status === 200 ? statusBody.safeParse(json).data : undefined,
  );
  const isSame = before !== undefined && before.server === after?.server;
  const findings: InstanceVerdicts = {
    running: passIf(before !== undefined && after !== undefined, {
      reason: "No game server returns a valid /status response.",
      expected: "two valid /status responses",
      seen: `${first.status} and ${second.status}`,
      remedy: "Check that the address is the gateway of a deployment and that its servers are up.",
    }),
    "no-restarts": passIf(after !== undefined && (!isSame || after.uptime_seconds >= before.uptime_seconds), {
      reason: "The server restarted between two responses.",
      expected: "an increasing uptime",
      seen: `${before?.uptime_seconds ?? "none"} s, then ${after?.uptime_seconds ?? "none"} s`,
      remedy: "Read the server's log from before the restart.",
    }),
  };
  return { findings, measured: { uptime_seconds: after?.uptime_seconds ?? 0 } };
}
