import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { nameOf, namespaceOf, type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const NAMESPACE = "spacetime-backup";

const DRILL = "restore-drill";

function problems(job: InputNode): Violation[] {
  const suspend = job.at("spec", "suspend");
  const concurrency = job.at("spec", "concurrencyPolicy");
  const history = job.at("spec", "failedJobsHistoryLimit");
  return [
    ...(suspend.flag === true ? [suspend.violation("the CronJob is suspended")] : []),
    ...(concurrency.text === "Forbid"
      ? []
      : [concurrency.violation("two runs can be active at the same time")]),
    // The alerts and the operator read the failed Job.
    ...(history.number === 0 ? [history.violation("failed Jobs are not kept")] : []),
  ];
}

function findJob(context: PolicyContext, name: string): InputNode | undefined {
  return context.ofKind("CronJob").find((job) => namespaceOf(job) === NAMESPACE && nameOf(job) === name);
}

export const requireBackupCronJobs: Rule<Pod> = {
  name: "require-backup-cron-jobs",
  items: ["pre.backup.schedules"],
  description: "CronJobs back up the in-cluster Postgres and Redis, and restore the backups for a test.",
  explanation:
    "A backup that an operator has to remember is missing on the day that it is needed, and one that was never restored may not be usable.",
  remediation: 'Add "backup: { kind: volume, storage: … }" to the stack file.',
  subjects: (context) => podsOfWorkloads(context, "postgres", "redis"),
  check: (pod, context): Violation[] => {
    const store = nameOf(pod.owner);
    return [`${store}-backup`, DRILL].flatMap((name) => {
      const job = findJob(context, name);
      return job === undefined
        ? [pod.owner.at("metadata", "name").violation(`${NAMESPACE} has no CronJob ${name}`)]
        : problems(job);
    });
  },
};
