import type { Violation } from "../../input-node.ts";
import { parseSettings } from "../../lib/config-files.ts";
import { mountedFiles, type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The RPO: at most five minutes of changes may be lost. */
const MAX_TIMEOUT_SECONDS = 300;

/** Commands that report success and keep nothing. */
const DISCARDING_COMMAND = /^(\/bin\/|\/usr\/bin\/)?(true|:)(\s|$)/;

function problems(settings: ReadonlyMap<string, string>): string[] {
  const mode = settings.get("archive_mode");
  const command = settings.get("archive_command") ?? "";
  const timeout = Number(/^(\d+)s?$/.exec(settings.get("archive_timeout") ?? "")?.[1] ?? 0);
  return [
    ...(mode === "on" || mode === "always" ? [] : ["postgresql.conf does not set archive_mode = on"]),
    ...(command === "" ? ["postgresql.conf sets no archive_command"] : []),
    ...(DISCARDING_COMMAND.test(command) ? [`archive_command discards the WAL: ${command}`] : []),
    ...(timeout > 0 && timeout <= MAX_TIMEOUT_SECONDS
      ? []
      : [`archive_timeout is not between 1 and ${MAX_TIMEOUT_SECONDS} seconds`]),
  ];
}

export const requirePostgresArchive: Rule<Pod> = {
  name: "require-postgres-archive",
  items: ["pre.backup.schedules"],
  description: "An in-cluster Postgres archives its WAL at least every five minutes.",
  explanation:
    "Without an archive, the loss of the volume loses every change since the last base backup, and no restore to a point in time is possible.",
  remediation: 'Add "backup: { kind: volume, storage: … }" to the stack file.',
  subjects: (context) => podsOfWorkloads(context, "postgres"),
  check: (pod, context): Violation[] => {
    const files = mountedFiles(context, pod, "postgresql.conf");
    if (files.length === 0) return [pod.spec.at("volumes").violation("the pod mounts no postgresql.conf")];
    return files.flatMap((file) =>
      problems(parseSettings(file.text ?? "")).map((message) => file.violation(message)),
    );
  },
};
