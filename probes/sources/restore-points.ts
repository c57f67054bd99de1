import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorCode } from "../../components/shared/error-code.ts";
import type { DatabaseKind } from "../target/database-kind.ts";
import { type KubectlOptions, runKubectl } from "./kubectl.ts";

const execFileAsync = promisify(execFile);

/** A named state to which the database can be restored. */
export interface RestorePoint {
  readonly name: string;
  readonly completedAt: string;
}

/** The restore points, or why they cannot be read. */
export type RestorePoints =
  | { readonly kind: "read"; readonly points: readonly RestorePoint[] }
  | { readonly kind: "unknown"; readonly reason: string };

interface JobObject {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly completionTime?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const BACKUP_NAMESPACE = "spacetime-backup";

/** Reads the restore points: of an in-cluster database its finished backup jobs, of RDS its manual snapshots. */
export async function readRestorePoints(
  database: DatabaseKind,
  options: KubectlOptions,
): Promise<RestorePoints> {
  switch (database.kind) {
    case "in-cluster": {
      const args = ["get", "jobs.batch", "--namespace", BACKUP_NAMESPACE, "--output", "json"];
      return { kind: "read", points: pointsFromJobs(JSON.parse(await runKubectl(args, options))) };
    }
    case "rds":
      return readSnapshots(database, options.signal);
    case "external":
      return { kind: "unknown", reason: "an external database is backed up by its owner" };
  }
}

export function pointsFromJobs({ items }: { readonly items: readonly JobObject[] }): RestorePoint[] {
  return items.flatMap(({ metadata, status }) => {
    const isComplete = status?.conditions?.some((one) => one.type === "Complete" && one.status === "True");
    const isBackup = /postgres|database/.test(metadata.name) && !/drill|restore|verify/.test(metadata.name);
    return isComplete === true && isBackup && status?.completionTime !== undefined
      ? [{ name: metadata.name, completedAt: status.completionTime }]
      : [];
  });
}

interface SnapshotList {
  readonly DBSnapshots?: readonly {
    readonly DBSnapshotIdentifier?: string;
    readonly Status?: string;
    readonly SnapshotCreateTime?: string;
  }[];
}

/** Automatic snapshots have no names of the operator, and RDS deletes them with the instance. */
async function readSnapshots(
  { instance, region }: Extract<DatabaseKind, { kind: "rds" }>,
  signal: AbortSignal,
): Promise<RestorePoints> {
  const args = ["rds", "describe-db-snapshots", "--snapshot-type", "manual", "--output", "json"];
  const where = ["--db-instance-identifier", instance, "--region", region];
  try {
    const { stdout } = await execFileAsync("aws", [...args, ...where], {
      signal,
      env: { ...process.env, AWS_PAGER: "" },
    });
    return { kind: "read", points: pointsFromSnapshots(JSON.parse(stdout)) };
  } catch (error) {
    if (signal.aborted) throw error;
    const { stderr = "" } = error as { readonly stderr?: string };
    const reason =
      errorCode(error) === "ENOENT"
        ? "the AWS CLI is not installed"
        : `aws rds describe-db-snapshots: ${stderr.trim().split("\n").at(-1)?.slice(0, 200) ?? "failed"}`;
    return { kind: "unknown", reason };
  }
}

export function pointsFromSnapshots({ DBSnapshots = [] }: SnapshotList): RestorePoint[] {
  return DBSnapshots.flatMap(({ DBSnapshotIdentifier: name, Status, SnapshotCreateTime: completedAt }) =>
    Status === "available" && name !== undefined && completedAt !== undefined ? [{ name, completedAt }] : [],
  );
}
