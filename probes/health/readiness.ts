import { defineCheck, notApplicable, PASS, passIf, type Verdict } from "../check.ts";
import { describeResponse, readyBody } from "../contract.ts";
import type { Pod } from "../sources/kubernetes.ts";
import { evaluatePods } from "../verify/instances-running.ts";
import { evaluateByEnvironment, formatNames, REQUIRES_ENVIRONMENT_NAME } from "./evaluate-by-environment.ts";

const group = "Rollout";

export const podRestarts = defineCheck({
  suite: "health",
  group,
  name: "pod-restarts",
  title: "Nothing has restarted or was killed for its memory.",
  findings: ["none", "memory"],
  run: (context) =>
    evaluateByEnvironment(context, ["none", "memory"], {
      cluster: ({ pods }) => ({ none: evaluatePods(pods)["no-restarts"], memory: evaluateOomKills(pods) }),
      processes: ({ processes }) => {
        const again = processes
          .filter(({ restarts }) => restarts > 0)
          .map(({ name, restarts }) => `${name} ${restarts}`);
        return {
          none: passIf(again.length === 0 && processes.length > 0, {
            reason: "Processes were started again, or none is known.",
            expected: "no restart",
            seen: formatNames(again),
            remedy: "The log files below .spacetime-vr/local/logs say why they ended.",
          }),
          memory:
            again.length === 0 ? PASS : notApplicable("the supervisor does not tell why a process ended"),
        };
      },
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateOomKills(pods: readonly Pod[]): Verdict {
  const killed = pods.filter(({ status }) =>
    status?.containerStatuses?.some(({ lastState }) => lastState?.terminated?.reason === "OOMKilled"),
  );
  return passIf(killed.length === 0, {
    reason: "Containers were killed for their memory.",
    expected: "none",
    seen: formatNames(killed.map(({ metadata }) => metadata.name)),
    remedy: "See spacetime_memory_resident_bytes over time; raise the pool's memory only for a known reason.",
  });
}

export const readiness = defineCheck({
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
    const ready =
      context.cluster === undefined ? undefined : countReadyServers((await context.cluster()).pods);
    return {
      findings: {
        ready: passIf(reply.status === 200 && body?.ready === true, {
          reason: "The server is not ready.",
          expected: "200, ready",
          seen:
            body === undefined ? describeResponse(reply) : body.reasons.join("; ") || describeResponse(reply),
          remedy: "The reasons of /ready name what it waits for.",
        }),
        "none-draining": passIf(body?.checks.draining === "ok", {
          reason: "The server hands its sessions over.",
          expected: "draining: ok",
          seen: body?.checks.draining ?? describeResponse(reply),
          remedy: "Wait for the end of the rollout.",
        }),
        enough:
          ready === undefined
            ? notApplicable(
                context.processes === undefined
                  ? REQUIRES_ENVIRONMENT_NAME
                  : "one server runs here, by design",
              )
            : passIf(ready >= servers, {
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

function countReadyServers(pods: readonly Pod[]): number {
  return pods.filter(
    ({ metadata, status }) =>
      metadata.labels?.["app.kubernetes.io/name"] === "game-server" &&
      status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True"),
  ).length;
}
