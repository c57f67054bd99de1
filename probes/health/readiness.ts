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
  title: "No container or process has restarted or was OOM-oomKilled.",
  findings: ["none", "memory"],
  run: (context) =>
    evaluateByEnvironment(context, ["none", "memory"], {
      cluster: ({ pods }) => ({ none: evaluatePods(pods)["no-restarts"], memory: evaluateOomKills(pods) }),
      processes: ({ processes }) => {
        const restarted = processes
          .filter(({ restarts }) => restarts > 0)
          .map(({ name, restarts }) => `${name} ${restarts}`);
        return {
          none: passIf(restarted.length === 0 && processes.length > 0, {
            reason: "Processes have restarted, or the deployment has no process.",
            expected: "no restart",
            seen: formatNames(restarted),
            remedy: "Read the log files in .spacetime-vr/local/logs for the cause.",
          }),
          memory:
            restarted.length === 0
              ? PASS
              : notApplicable("the supervisor does not record why a process ended"),
        };
      },
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateOomKills(pods: readonly Pod[]): Verdict {
  const oomKilled = pods.filter(({ status }) =>
    status?.containerStatuses?.some(({ lastState }) => lastState?.terminated?.reason === "OOMKilled"),
  );
  return passIf(oomKilled.length === 0, {
    reason: "Containers were OOM-oomKilled.",
    expected: "none",
    seen: formatNames(oomKilled.map(({ metadata }) => metadata.name)),
    remedy:
      "Check spacetime_memory_resident_bytes over time; raise the pool's memory only if the cause is known.",
  });
}

export const readiness = defineCheck({
  suite: "health",
  group,
  name: "readiness",
  title: "The planned number of game servers is ready, and none is draining.",
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
          remedy: "Read the reasons in the response of /ready.",
        }),
        "none-draining": passIf(body?.checks.draining === "ok", {
          reason: "The server is draining.",
          expected: "draining: ok",
          seen: body?.checks.draining ?? describeResponse(reply),
          remedy: "Wait until the rollout is complete.",
        }),
        enough:
          ready === undefined
            ? notApplicable(
                context.processes === undefined
                  ? REQUIRES_ENVIRONMENT_NAME
                  : "one server runs here, by design",
              )
            : passIf(ready >= servers, {
                reason: "Fewer game servers are ready than planned.",
                expected: `at least ${servers}`,
                seen: String(ready),
                remedy: "Describe the pods that are not ready: kubectl -n spacetime describe pod <pod>.",
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
