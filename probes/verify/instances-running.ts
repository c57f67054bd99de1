import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { statusBody } from "../contract.ts";
import type { Pod } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";

type InstanceVerdicts = Readonly<Record<"running" | "no-restarts", Verdict>>;

/** Every instance of the product runs, and none was started again: pods, processes, or the server that answers. */
export const instancesRunning = defineCheck({
  suite: "verify",
  name: "instances-running",
  title: "Every instance of the product runs and none has restarted.",
  findings: ["running", "no-restarts"],
  async run(context) {
    if (context.cluster !== undefined) return { findings: evaluatePods((await context.cluster()).pods) };
    if (context.processes !== undefined) return { findings: evaluateProcesses(await context.processes()) };
    return evaluateUptime(context);
  },
});

const formatNames = (list: readonly string[]): string =>
  list.length === 0 ? "none" : list.slice(0, 5).join(", ");

/** Pods of finished jobs are no instances. */
export function evaluatePods(pods: readonly Pod[]): InstanceVerdicts {
  const instances = pods.filter(({ status }) => status?.phase !== "Succeeded");
  const game = instances.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const down = instances
    .filter(({ status }) => status?.phase !== "Running")
    .map(({ metadata }) => metadata.name);
  const restarted = instances
    .filter(({ status }) => status?.containerStatuses?.some(({ restartCount }) => restartCount > 0))
    .map(({ metadata }) => metadata.name);
  return {
    running: passIf(down.length === 0 && game.length > 0, {
      reason: game.length === 0 ? "No game server runs." : "Pods do not run.",
      expected: "every pod Running, at least one of them a game server",
      seen: `${game.length} game servers; not running: ${formatNames(down)}`,
      remedy: "kubectl -n spacetime get pods, then kubectl describe the pod that is named.",
    }),
    "no-restarts": passIf(restarted.length === 0, {
      reason: "Containers have restarted since the pods were made.",
      expected: "no restart",
      seen: formatNames(restarted),
      remedy: "kubectl -n spacetime logs --previous <pod> shows the last words of the one before.",
    }),
  };
}

export function evaluateProcesses({ processes }: ProcessDeployment): InstanceVerdicts {
  const down = processes.filter(({ alive, state }) => !alive || state !== "running");
  const restarted = processes.filter(({ restarts }) => restarts > 0);
  return {
    running: passIf(processes.length > 0 && down.length === 0, {
      reason: processes.length === 0 ? "No process of the deployment is known." : "Processes do not run.",
      expected: "every process running",
      seen: formatNames(down.map(({ name, state }) => `${name} (${state})`)),
      remedy: 'See "local status" and the log files below .spacetime-vr/local/logs.',
    }),
    "no-restarts": passIf(restarted.length === 0, {
      reason: "Processes were started again by the supervisor.",
      expected: "no restart",
      seen: formatNames(restarted.map(({ name, restarts }) => `${name} ${restarts} times`)),
      remedy: "The log files below .spacetime-vr/local/logs say why they ended.",
    }),
  };
}

/** An address shows one server at a time: it must stay the same one, or be an older one, from one answer to the next. */
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
      reason: "No game server answers in the words of the contract.",
      expected: "/status of a game server, twice",
      seen: `${first.status} and ${second.status}`,
      remedy: "See that the address is the entrance of a deployment, and that its servers are up.",
    }),
    "no-restarts": passIf(after !== undefined && (!isSame || after.uptime_seconds >= before.uptime_seconds), {
      reason: "The server began anew between two answers.",
      expected: "an uptime that grows",
      seen: `${before?.uptime_seconds ?? "none"} s, then ${after?.uptime_seconds ?? "none"} s`,
      remedy: "Read the server's log from before its start.",
    }),
  };
  return { findings, measured: { uptime_seconds: after?.uptime_seconds ?? 0 } };
}
