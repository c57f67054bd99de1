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
  const wanted = spec?.replicas ?? 1;
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return (
    isObserved && (status?.updatedReplicas ?? 0) >= wanted && status?.replicas === status?.updatedReplicas
  );
}

export function evaluateRollout(
  cluster: Pick<ClusterState, "deployments" | "statefulSets" | "pods">,
): FindingVerdicts<RolloutFinding> {
  const name = ({ metadata }: Workload): string => metadata.name;
  const short = ({ spec, status }: Workload): boolean => (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1);
  const shortSets = cluster.statefulSets.filter(short).map(name);
  const shortDeployments = cluster.deployments.filter(short).map(name);
  const missing = ["game-server", "gateway"].filter(
    (wanted) => !cluster.deployments.some((one) => name(one).startsWith(wanted)),
  );
  const open = [...cluster.deployments, ...cluster.statefulSets]
    .filter((one) => !isRolloutComplete(one))
    .map(name);
  return {
    "stateful-sets": passIf(shortSets.length === 0, {
      reason: "Some StatefulSet replicas are not ready.",
      expected: "all replicas ready",
      seen: formatNames(shortSets),
      remedy: ROLLOUT_REMEDY,
    }),
    deployments: passIf(shortDeployments.length + missing.length === 0, {
      reason: "Deployments are missing, or some of their replicas are not ready.",
      expected: "the game server and the gateway with all replicas ready",
      seen: formatNames([...missing.map((one) => `no ${one}`), ...shortDeployments]),
      remedy: ROLLOUT_REMEDY,
    }),
    complete: passIf(open.length === 0, {
      reason: "A rollout is not complete.",
      expected: "every replica of the new release, none of the old one",
      seen: formatNames(open),
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
  const stores = [target.local?.database, target.local?.redis].filter(
    (kind) => kind !== undefined && kind !== "none",
  );
  const runs = (kind: string): boolean => processes.some(({ name, alive }) => alive && name.includes(kind));
  const missing = stores.flatMap((kind) => (kind === undefined || runs(kind) ? [] : [kind]));
  const down = processes.filter(({ alive }) => !alive).map(({ name }) => name);
  const remedy = 'Run "local status", and read the log files in .spacetime-vr/local/logs.';
  const isSame =
    current !== undefined && (runningRelease === undefined || runningRelease === current.release);
  return {
    "stateful-sets":
      stores.length === 0
        ? notApplicable("the server keeps its state in memory here: no database, no Redis")
        : passIf(missing.length === 0, {
            reason: "A database is not running.",
            expected: stores.join(", "),
            seen: `without ${formatNames(missing)}`,
            remedy,
          }),
    deployments: passIf(processes.length > 0, {
      reason: "The deployment has no process.",
      expected: "the game server",
      seen: "none",
      remedy: 'Start it with "npm start".',
    }),
    complete: passIf(isSame && current.exists, {
      reason: "The running release is not the current one, or its files are missing.",
      expected: current?.release ?? "a pointer to a release",
      seen: runningRelease ?? (current?.exists === false ? "no such release" : "nothing"),
      remedy: 'Deploy again with "local up", or run "local rollback".',
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
  const wanted = image?.split("@")[1];
  const servers = cluster.pods.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const others = servers.filter(
    ({ status }) =>
      !status?.containerStatuses?.some(
        ({ name, imageID }) => name === "game-server" && imageID?.endsWith(wanted ?? "?"),
      ),
  );
  return passIf(wanted !== undefined && servers.length > 0 && others.length === 0, {
    reason: "Some game servers do not run the configured image.",
    expected: wanted ?? "an image pinned by digest",
    seen: servers.length === 0 ? "no game server" : formatNames(others.map(({ metadata }) => metadata.name)),
    remedy: "Wait until the rollout is complete, or roll out again.",
  });
}

/** The API and the build's metric are two ways to the same process: a build in between would show. */
async function evaluateVersion({ http, metrics, target }: CheckContext, isThere: boolean): Promise<Verdict> {
  const reply = await http("/status");
  const version = parseBody(reply, statusBody)?.version;
  const build = await metrics().then(
    (scraped) => scraped.labels("spacetime_build_info")?.version,
    () => undefined,
  );
  const wanted = target.release ?? build ?? version;
  return passIf(isThere && version !== undefined && version === wanted, {
    reason: "The running build is not the released one, or the release's files are missing.",
    expected: wanted ?? "a version",
    seen: version ?? describeResponse(reply),
    remedy: "Deploy the intended release.",
  });
}
