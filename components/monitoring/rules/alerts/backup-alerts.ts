import type { AlertDefinition } from "../alert-definition.ts";
import { BACKUP } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const BACKUP_MATCHERS = 'job="kube-state-metrics",namespace="spacetime-backup"';

/** The restore drill's CronJob and Jobs, by name; everything else in the namespace is a backup. */
const RESTORE_DRILL_PATTERN = ".*drill.*";

/** The Jobs that check the WAL archive every few minutes, by name. */
const ARCHIVE_CHECK_PATTERN = "wal-archive-check.*";

/** WAL archiving, which point-in-time recovery after the last base backup depends on. */
function archiveAlerts(): AlertDefinition[] {
  return [
    {
      name: "WalArchiveBehind",
      expr: `pg_stat_archiver_last_archive_age{job="postgres"} > ${BACKUP.rpoSeconds}`,
      for: "2m",
      severity: "critical",
      team: "data",
      summary: "Postgres last archived WAL {{ $value | humanizeDuration }} ago",
      description: "The RPO is five minutes; if the volume is lost now, more data is lost.",
    },
    {
      // Before the first archived segment, there is no age to compare with.
      name: "WalArchiveEmpty",
      expr: 'pg_stat_archiver_archived_count{job="postgres"} == 0',
      for: "15m",
      severity: "critical",
      team: "data",
      summary: "Postgres has never archived WAL",
      description: "Archiving is disabled or has always failed: a restore ends at the last base backup.",
    },
    {
      name: "WalArchiveFailing",
      expr: 'increase(pg_stat_archiver_failed_count{job="postgres"}[10m]) > 0',
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "Postgres cannot archive WAL",
      description:
        "The repository is full, unreachable, too slow or does not return what it accepted; WAL accumulates on the volume.",
    },
  ];
}

/** The last success of each CronJob; one that never succeeded has none, so the time of its creation counts. */
function lastSuccess(matcher: "=~" | "!~"): string {
  return ["kube_cronjob_status_last_successful_time", "kube_cronjob_created"]
    .map(
      (metric) =>
        `max by (namespace, cronjob) (${metric}{${BACKUP_MATCHERS},cronjob${matcher}"${RESTORE_DRILL_PATTERN}"})`,
    )
    .join(" or ");
}

function backupJobAlerts(): AlertDefinition[] {
  return [
    {
      name: "WalArchiveIncomplete",
      expr: `max by (namespace, job_name) (kube_job_failed{${BACKUP_MATCHERS},condition="true",job_name=~"${ARCHIVE_CHECK_PATTERN}"}) == 1`,
      for: "0s",
      severity: "critical",
      team: "data",
      summary: "The check of the WAL archive {{ $labels.job_name }} failed",
      description:
        "New WAL does not reach the repository, or a segment is missing: a restore ends before it.",
    },
    {
      name: "BackupOverdue",
      expr: `time() - (${lastSuccess("!~")}) > ${BACKUP.ageSeconds}`,
      for: "5m",
      severity: "critical",
      team: "data",
      summary: "{{ $labels.cronjob }} last succeeded {{ $value | humanizeDuration }} ago",
      description: "No backup has succeeded for more than a day.",
    },
    {
      name: "BackupJobFailed",
      expr: `max by (namespace, job_name) (kube_job_failed{${BACKUP_MATCHERS},condition="true",job_name!~"${RESTORE_DRILL_PATTERN}|${ARCHIVE_CHECK_PATTERN}"}) == 1`,
      for: "1m",
      severity: "warning",
      team: "data",
      summary: "Backup {{ $labels.job_name }} failed",
      description: "The next scheduled backup may succeed; after another failure the backup is overdue.",
    },
    {
      name: "BackupJobSlow",
      expr: `time() - max by (namespace, job_name) (kube_job_status_start_time{${BACKUP_MATCHERS}}) > ${BACKUP.runSeconds}
        and on (namespace, job_name) kube_job_status_active{${BACKUP_MATCHERS}} > 0`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "{{ $labels.job_name }} has been running for {{ $value | humanizeDuration }}",
      description: "It hangs, or the amount of data has grown too much for its schedule.",
    },
    {
      name: "BackupSuspended",
      expr: `kube_cronjob_spec_suspend{${BACKUP_MATCHERS}} == 1`,
      for: "1h",
      severity: "warning",
      team: "data",
      summary: "{{ $labels.cronjob }} is suspended",
      description: "It was suspended and not resumed.",
    },
    {
      name: "BackupNotScheduled",
      expr: `absent(kube_cronjob_info{${BACKUP_MATCHERS}})`,
      for: "15m",
      severity: "critical",
      team: "data",
      summary: "There is no backup CronJob",
      description: "There are no CronJobs in spacetime-backup: no backups will be made.",
    },
  ];
}

function restoreDrillAlerts(): AlertDefinition[] {
  return [
    {
      name: "RestoreDrillOverdue",
      expr: `time() - (${lastSuccess("=~")}) > ${BACKUP.drillAgeSeconds}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "{{ $labels.cronjob }} last succeeded {{ $value | humanizeDuration }} ago",
      description: "It is unknown whether this week's backups can be restored.",
    },
    {
      name: "RestoreDrillFailed",
      expr: `max by (namespace, job_name) (kube_job_failed{${BACKUP_MATCHERS},condition="true",job_name=~"${RESTORE_DRILL_PATTERN}"}) == 1`,
      for: "1m",
      severity: "critical",
      team: "data",
      summary: "Restore drill {{ $labels.job_name }} failed",
      description: "The last backup could not be restored, or the restored data was incomplete.",
    },
    {
      name: "RestoreDrillSlow",
      expr: `max by (namespace, job_name) (kube_job_status_completion_time{${BACKUP_MATCHERS},job_name=~"${RESTORE_DRILL_PATTERN}"})
        - max by (namespace, job_name) (kube_job_status_start_time{${BACKUP_MATCHERS},job_name=~"${RESTORE_DRILL_PATTERN}"}) > ${BACKUP.rtoSeconds}`,
      for: "0s",
      severity: "warning",
      team: "data",
      summary: "Restore drill {{ $labels.job_name }} took {{ $value | humanizeDuration }}",
      description: "The RTO is one hour.",
    },
  ];
}

/** Backup, WAL archive and restore-drill alerts. */
export function backupAlerts(options: Pick<RuleOptions, "backups" | "database">): AlertDefinition[] {
  if (!options.backups) return [];
  return [
    ...(options.database.kind === "in-cluster" ? archiveAlerts() : []),
    ...backupJobAlerts(),
    ...restoreDrillAlerts(),
  ];
}
