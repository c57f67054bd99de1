import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, parseBody, statusBody } from "../contract.ts";
import type { ClusterState, Workload } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";
import { evaluatePods } from "../verify/instances-running.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

const group = "Rollout";

type RolloutFinding = "stateful-sets" | "deployments" | "complete" | "pods-running";

export const rollout = defineCheck({
  suite: "health",
  group,
  name: "rollout",
  title: "All workloads run the released revision; no old ReplicaSet has pods.",
  findings: ["stateful-sets", "deployments", "complete", "pods-running"],
  run: (context) =>
    evaluateByEnvironment(context, ["stateful-sets", "deployments", "complete", "pods-running"], {
      cluster: evaluateRollout,
      processes: (deployment) => evaluateLocalRelease(deployment, context),
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

const ROLLOUT_REMEDY =
  "Run kubectl -n spacetime rollout status, and describe the workload that makes no progress.";

function isRolloutComplete({ metadata, spec, status }: Workload): boolean {
  const replicas = spec?.replicas ?? 1;
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return (
    isObserved && (status?.updatedReplicas ?? 0) >= replicas && status?.replicas === status?.updatedReplicas
  );
}

export function evaluateRollout(
  cluster: Pick<ClusterState, "deployments" | "statefulSets" | "pods">,
): FindingVerdicts<RolloutFinding> {
  const name = ({ metadata }: Workload): string => metadata.name;
  const lacksReplicas = ({ spec, status }: Workload): boolean =>
    (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1);
  const unreadySets = cluster.statefulSets.filter(lacksReplicas).map(name);
  const unreadyDeployments = cluster.deployments.filter(lacksReplicas).map(name);
  const missing = ["game-server", "gateway"].filter(
    (required) => !cluster.deployments.some((one) => name(one).startsWith(required)),
  );
  const incomplete = [...cluster.deployments, ...cluster.statefulSets]
    .filter((one) => !isRolloutComplete(one))
    .map(name);
  return {
    "stateful-sets": passIf(unreadySets.length === 0, {
      reason: "Some StatefulSet replicas are not ready.",
      expected: "all replicas ready",
      seen: formatNames(unreadySets),
      remedy: ROLLOUT_REMEDY,
    }),
    deployments: passIf(unreadyDeployments.length + missing.length === 0, {
      reason: "Deployments are missing, or some of their replicas are not ready.",
      expected: "the game server and the gateway with all replicas ready",
      seen: formatNames([...missing.map((one) => `no ${one}`), ...unreadyDeployments]),
      remedy: ROLLOUT_REMEDY,
    }),
    complete: passIf(incomplete.length === 0, {
      reason: "A rollout is not complete.",
      expected: "every replica of the new release, none of the old one",
      seen: formatNames(incomplete),
      remedy: ROLLOUT_REMEDY,
    }),
    "pods-running": evaluatePods(cluster.pods).running,
  };
}

function evaluateLocalRelease(
  deployment: ProcessDeployment,
  { target }: CheckContext,
): FindingVerdicts<RolloutFinding> {
  const { processes, current, runningRelease } = deployment;
  const services = [target.local?.database, target.local?.redis].filter(
    (kind) => kind !== undefined && kind !== "none",
  );
  const isRunning = (kind: string): boolean =>
    processes.some(({ name, alive }) => alive && name.includes(kind));
  const missing = services.flatMap((kind) => (kind === undefined || isRunning(kind) ? [] : [kind]));
  const down = processes.filter(({ alive }) => !alive).map(({ name }) => name);
  const remedy = "Run `npm run local -- status`, and read the log files in .spacetime-vr/local/logs.";
  const isCurrent =
    current !== undefined && (runningRelease === undefined || runningRelease === current.release);
  return {
    "stateful-sets":
      services.length === 0
        ? notApplicable("the server keeps its state in memory here: no database, no Redis")
        : passIf(missing.length === 0, {
            reason: "PostgreSQL or Redis is not running.",
            expected: services.join(", "),
            seen: `without ${formatNames(missing)}`,
            remedy,
          }),
    deployments: passIf(processes.length > 0, {
      reason: "The deployment has no process.",
      expected: "the game server",
      seen: "none",
      remedy: 'Start it with "npm start".',
    }),
    complete: passIf(isCurrent && current.exists, {
      reason: "The running release is not the current one, or its files are missing.",
      expected: current?.release ?? "a pointer to a release",
      seen: runningRelease ?? (current?.exists === false ? "no such release" : "nothing"),
      remedy: "Deploy again with `npm run local -- up`, or run `npm run local -- rollback`.",
    }),
    "pods-running": passIf(processes.length > 0 && down.length === 0, {
      reason: "Some processes are not running.",
      expected: "every process running",
      seen: formatNames(down),
      remedy,
    }),
  };
}

export const imageDigest = defineCheck({
  suite: "health",
  group,
  name: "image-digest",
  title: "Every game server runs the released image or build.",
  findings: ["digest"],
  run: (context) =>
    evaluateByEnvironment(context, ["digest"], {
      cluster: (cluster) => ({ digest: evaluateImageDigests(cluster, context.target.expected.image) }),
      processes: async ({ current }) => ({
        digest: await evaluateVersion(context, current?.exists === true),
      }),
      address: async () => ({ digest: await evaluateVersion(context, true) }),
    }),
});

export function evaluateImageDigests(
  cluster: Pick<ClusterState, "pods">,
  image: string | undefined,
): Verdict {
  const digest = image?.split("@")[1];
  const servers = cluster.pods.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const others = servers.filter(
    ({ status }) =>
      !status?.containerStatuses?.some(
        ({ name, imageID }) => name === "game-server" && imageID?.endsWith(digest ?? "?"),
      ),
  );
  return passIf(digest !== undefined && servers.length > 0 && others.length === 0, {
    reason: "Some game servers do not run the configured image.",
    expected: digest ?? "an image pinned by digest",
    seen: servers.length === 0 ? "no game server" : formatNames(others.map(({ metadata }) => metadata.name)),
    remedy: "Wait until the rollout is complete, or roll out again.",
  });
}

/** Compares the version in /status with the expected version, or with the version in the metrics. */
async function evaluateVersion(
  { http, metrics, target }: CheckContext,
  isPresent: boolean,
): Promise<Verdict> {
  const reply = await http("/status");
  const version = parseBody(reply, statusBody)?.version;
  const build = await metrics().then(
    (scraped) => scraped.labels("spacetime_build_info")?.version,
    () => undefined,
  );
  const expected = target.release ?? build ?? version;
  return passIf(isPresent && version !== undefined && version === expected, {
    reason: "The running build is not the released one, or the release's files are missing.",
    expected: expected ?? "a version",
    seen: version ?? describeResponse(reply),
    remedy: "Deploy the intended release.",
  });
}
