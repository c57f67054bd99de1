import { check, demand, notApplicable, PASS, type Verdict } from "../check.ts";
import { readyBody, shown } from "../contract.ts";
import type { Pod } from "../sources/kubernetes.ts";
import { judgePods } from "../verify/instances-running.ts";
import { askByKind, named, ONLY_ADDRESS } from "./ways.ts";

const group = "Rollout";

export const podRestarts = check({
  suite: "health",
  group,
  name: "pod-restarts",
  title: "Nothing has restarted or was killed for its memory.",
  findings: ["none", "memory"],
  run: (context) =>
    askByKind(context, ["none", "memory"], {
      cluster: ({ pods }) => ({ none: judgePods(pods)["no-restarts"], memory: judgeMemoryKills(pods) }),
      processes: ({ processes }) => {
        const again = processes
          .filter(({ restarts }) => restarts > 0)
          .map(({ name, restarts }) => `${name} ${restarts}`);
        return {
          none: demand(again.length === 0 && processes.length > 0, {
            reason: "Processes were started again, or none is known.",
            expected: "no restart",
            seen: named(again),
            remedy: "The log files below .spacetime-vr/local/logs say why they ended.",
          }),
          memory:
            again.length === 0 ? PASS : notApplicable("the supervisor does not tell why a process ended"),
        };
      },
      address: ONLY_ADDRESS,
    }),
});

export function judgeMemoryKills(pods: readonly Pod[]): Verdict {
  const killed = pods.filter(({ status }) =>
    status?.containerStatuses?.some(({ lastState }) => lastState?.terminated?.reason === "OOMKilled"),
  );
  return demand(killed.length === 0, {
    reason: "Containers were killed for their memory.",
    expected: "none",
    seen: named(killed.map(({ metadata }) => metadata.name)),
    remedy: "See spacetime_memory_resident_bytes over time; raise the pool's memory only for a known reason.",
  });
}

export const readiness = check({
  suite: "health",
  group,
  name: "readiness",
  title: "As many servers are ready as planned, and none is draining.",
  findings: ["ready", "none-draining", "enough"],
  async run(context) {
    const { http, target } = context;
    const reply = await http("/ready", { retry: false });
    const body = readyBody.safeParse(reply.json).data;
    const { servers } = target.expected;
    const ready = context.cluster === undefined ? undefined : countReady((await context.cluster()).pods);
    return {
      findings: {
        ready: demand(reply.status === 200 && body?.ready === true, {
          reason: "The server is not ready.",
          expected: "200, ready",
          seen: body === undefined ? shown(reply) : body.reasons.join("; ") || shown(reply),
          remedy: "The reasons of /ready name what it waits for.",
        }),
        "none-draining": demand(body?.checks.draining === "ok", {
          reason: "The server hands its sessions over.",
          expected: "draining: ok",
          seen: body?.checks.draining ?? shown(reply),
          remedy: "Wait for the end of the rollout.",
        }),
        enough:
          ready === undefined
            ? notApplicable(
                context.processes === undefined ? ONLY_ADDRESS : "one server runs here, by design",
              )
            : demand(ready >= servers, {
                reason: "Fewer servers are ready than planned.",
                expected: `${servers} and more`,
                seen: String(ready),
                remedy: "kubectl -n spacetime describe the pods that are not ready.",
              }),
      },
      ...(ready === undefined ? {} : { measured: { ready } }),
    };
  },
});

function countReady(pods: readonly Pod[]): number {
  return pods.filter(
    ({ metadata, status }) =>
      metadata.labels?.["app.kubernetes.io/name"] === "game-server" &&
      status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True"),
  ).length;
}
