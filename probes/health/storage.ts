import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { DATABASE_VOLUME, unplannedVerdict } from "../target/planned-objects.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

const group = "Platform";

/** Free space for the logs and the write-ahead log of a day. */
const MIN_FREE_BYTES = 500e6;

/** A fifth of the volume must be free. */
const MIN_FREE_RATIO = 0.2;
const DATABASE_SPACE_QUERY =
  'min(kubelet_volume_stats_available_bytes{persistentvolumeclaim=~"data-postgres.*"} / kubelet_volume_stats_capacity_bytes{persistentvolumeclaim=~"data-postgres.*"})';

export const volumes = defineCheck({
  suite: "health",
  group,
  name: "volumes",
  title: "Volume claims are bound, and storage has free space.",
  findings: ["created", "bound", "database-space"],
  run: (context) =>
    evaluateByEnvironment(context, ["created", "bound", "database-space"], {
      cluster: async (cluster) => ({
        ...evaluateVolumeClaims(cluster),
        "database-space": await evaluateDatabaseSpace(context),
      }),
      processes: ({ writable, freeBytes, directory, processes }) => ({
        created: passIf(processes.length > 0, {
          reason: "The deployment has no state file.",
          expected: "the supervisor's record of what runs",
          seen: directory,
          remedy: 'Start it with "npm start".',
        }),
        bound: passIf(writable, {
          reason: "The data directory is not writable.",
          expected: "a writable directory",
          seen: directory,
          remedy: "Run the check as the user that deployed, on a writable file system.",
        }),
        "database-space": passIf(freeBytes >= MIN_FREE_BYTES, {
          reason: "The disk is almost full.",
          expected: `${MIN_FREE_BYTES / 1e6} MB free`,
          seen: `${Math.round(freeBytes / 1e6)} MB`,
          remedy: "Free disk space: the database is the first service to fail on a full disk.",
        }),
      }),
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateVolumeClaims(
  cluster: Pick<ClusterState, "claims" | "statefulSets">,
): FindingVerdicts<"created" | "bound"> {
  const required = cluster.statefulSets.flatMap(({ metadata, spec }) =>
    (spec?.volumeClaimTemplates ?? []).flatMap((template) =>
      Array.from(
        { length: spec?.replicas ?? 1 },
        (_, ordinal) => `${template.metadata.name}-${metadata.name}-${ordinal}`,
      ),
    ),
  );
  const missing = required.filter((name) => !cluster.claims.some(({ metadata }) => metadata.name === name));
  const unbound = cluster.claims.filter(({ status }) => status?.phase !== "Bound");
  return {
    created: passIf(missing.length === 0, {
      reason: "PersistentVolumeClaims of StatefulSets are missing.",
      expected: formatNames(required),
      seen: `without ${formatNames(missing)}`,
      remedy: "Find the cause with: kubectl -n spacetime describe statefulset.",
    }),
    bound: passIf(unbound.length === 0, {
      reason: "Some PersistentVolumeClaims are not Bound.",
      expected: "Bound",
      seen: formatNames(
        unbound.map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? "unknown"}`),
      ),
      remedy: "Check the storage class, and run kubectl describe pvc <claim>.",
    }),
  };
}

async function evaluateDatabaseSpace({ prometheus, target }: CheckContext): Promise<Verdict> {
  const unplanned = unplannedVerdict(target, DATABASE_VOLUME);
  if (unplanned !== undefined) return unplanned;
  if (prometheus === undefined) return notApplicable("Prometheus is not available: set --prometheus-url");
  const share = maxValue(await queryPrometheus(prometheus, DATABASE_SPACE_QUERY));
  return passIf(share !== undefined && share >= MIN_FREE_RATIO, {
    reason: "The database volume is almost full, or its usage is unknown.",
    expected: `${MIN_FREE_RATIO * 100} % free`,
    seen: share === undefined ? "no series" : `${Math.round(share * 100)} %`,
    remedy: "Raise database.storage; the storage class must allow volume expansion.",
  });
}
