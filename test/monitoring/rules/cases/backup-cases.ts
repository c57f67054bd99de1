import type { AlertCase } from "../rule-case.ts";

export const BACKUP_CASES: readonly AlertCase[] = [
  {
    alert: "WalArchiveBehind",
    series: {
      'pg_stat_archiver_last_archive_age{job="postgres",instance="postgres"}': "310",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      instance: "postgres",
      job: "postgres",
      severity: "critical",
      team: "data",
    },
    summary: "Postgres last archived WAL 5m 10s ago",
    description: "The RPO is five minutes; if the volume is lost now, more data is lost.",
    runbook: "backup.md#walarchivebehind",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'pg_stat_archiver_last_archive_age{job="postgres",instance="postgres"}': "300",
        },
      },
    ],
  },
  {
    alert: "WalArchiveEmpty",
    series: {
      'pg_stat_archiver_archived_count{job="postgres",instance="postgres"}': "0",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      instance: "postgres",
      job: "postgres",
      severity: "critical",
      team: "data",
    },
    summary: "Postgres has never archived WAL",
    description: "Archiving is disabled or has always failed: a restore ends at the last base backup.",
    runbook: "backup.md#walarchiveempty",
    notFiring: [
      {
        why: "one was archived",
        series: {
          'pg_stat_archiver_archived_count{job="postgres",instance="postgres"}': "1",
        },
      },
    ],
  },
  {
    alert: "WalArchiveFailing",
    series: {
      'pg_stat_archiver_failed_count{job="postgres",instance="postgres"}': "+1",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      instance: "postgres",
      job: "postgres",
      severity: "warning",
      team: "data",
    },
    summary: "Postgres cannot archive WAL",
    description:
      "The repository is full, unreachable, too slow or does not return what it accepted; WAL accumulates on the volume.",
    runbook: "backup.md#walarchivefailing",
    notFiring: [
      {
        why: "it failed long ago",
        series: {
          'pg_stat_archiver_failed_count{job="postgres",instance="postgres"}': "3",
        },
      },
    ],
  },
  {
    alert: "WalArchiveIncomplete",
    series: {
      'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="wal-archive-check-291",condition="true"}':
        "1",
    },
    evaluationInterval: "15s",
    firesAt: "0s",
    labels: {
      job_name: "wal-archive-check-291",
      namespace: "spacetime-backup",
      severity: "critical",
      team: "data",
    },
    summary: "The check of the WAL archive wal-archive-check-291 failed",
    description: "New WAL does not reach the repository, or a segment is missing: a restore ends before it.",
    runbook: "backup.md#walarchiveincomplete",
    notFiring: [
      {
        why: "another Job failed",
        series: {
          'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="redis-backup-291",condition="true"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "BackupOverdue",
    series: {
      'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
        "-93601",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      cronjob: "postgres-backup",
      namespace: "spacetime-backup",
      severity: "critical",
      team: "data",
    },
    summary: "postgres-backup last succeeded 1d 2h 5m 1s ago",
    description: "No backup has succeeded for more than a day.",
    runbook: "backup.md#backupoverdue",
    notFiring: [
      {
        why: "the last one is 25 hours old",
        series: {
          'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "-90000+15",
        },
      },
      {
        why: "it never succeeded, but was created an hour ago",
        series: {
          'kube_cronjob_created{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "-3600",
        },
      },
      {
        why: "it was created long ago and succeeded an hour ago",
        series: {
          'kube_cronjob_created{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "-900000",
          'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "-3600",
        },
      },
      {
        why: "the drill is older",
        series: {
          'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="restore-drill"}':
            "-500000",
        },
      },
    ],
  },
  {
    alert: "BackupJobFailed",
    series: {
      'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291",condition="true"}':
        "1",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      job_name: "postgres-backup-291",
      namespace: "spacetime-backup",
      severity: "warning",
      team: "data",
    },
    summary: "Backup postgres-backup-291 failed",
    description: "The next scheduled backup may succeed; after another failure the backup is overdue.",
    runbook: "backup.md#backupjobfailed",
    notFiring: [
      {
        why: "it succeeded",
        series: {
          'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291",condition="true"}':
            "0",
        },
      },
      {
        why: "a drill failed",
        series: {
          'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7",condition="true"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "BackupJobSlow",
    series: {
      'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
        "-7201",
      'kube_job_status_active{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
        "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job_name: "postgres-backup-291",
      namespace: "spacetime-backup",
      severity: "warning",
      team: "data",
    },
    summary: "postgres-backup-291 has been running for 2h 5m 1s",
    description: "It hangs, or the amount of data has grown too much for its schedule.",
    runbook: "backup.md#backupjobslow",
    notFiring: [
      {
        why: "it runs for less than two hours",
        series: {
          'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
            "-6900+15",
          'kube_job_status_active{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
            "1",
        },
      },
      {
        why: "it has ended",
        series: {
          'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
            "-9000",
          'kube_job_status_active{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
            "0",
        },
      },
    ],
  },
  {
    alert: "BackupSuspended",
    series: {
      'kube_cronjob_spec_suspend{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
        "1",
    },
    evaluationInterval: "3m",
    notYetAt: "57m",
    firesAt: "1h",
    labels: {
      cronjob: "postgres-backup",
      job: "kube-state-metrics",
      namespace: "spacetime-backup",
      severity: "warning",
      team: "data",
    },
    summary: "postgres-backup is suspended",
    description: "It was suspended and not resumed.",
    runbook: "backup.md#backupsuspended",
    notFiring: [
      {
        why: "it is not",
        series: {
          'kube_cronjob_spec_suspend{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "0",
        },
      },
    ],
  },
  {
    alert: "BackupNotScheduled",
    series: {
      'kube_cronjob_info{job="kube-state-metrics",namespace="default",cronjob="x"}': "1",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      job: "kube-state-metrics",
      namespace: "spacetime-backup",
      severity: "critical",
      team: "data",
    },
    summary: "There is no backup CronJob",
    description: "There are no CronJobs in spacetime-backup: no backups will be made.",
    runbook: "backup.md#backupnotscheduled",
    notFiring: [
      {
        why: "there is one",
        series: {
          'kube_cronjob_info{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "RestoreDrillOverdue",
    series: {
      'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="restore-drill"}':
        "-691201",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      cronjob: "restore-drill",
      namespace: "spacetime-backup",
      severity: "warning",
      team: "data",
    },
    summary: "restore-drill last succeeded 8d 0h 5m 1s ago",
    description: "It is unknown whether this week's backups can be restored.",
    runbook: "backup.md#restoredrilloverdue",
    notFiring: [
      {
        why: "the last one is a week old",
        series: {
          'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="restore-drill"}':
            "-660000+15",
        },
      },
      {
        why: "a backup is older",
        series: {
          'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="redis-backup"}':
            "-800000",
        },
      },
    ],
  },
  {
    alert: "RestoreDrillFailed",
    series: {
      'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7",condition="true"}':
        "1",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      job_name: "restore-drill-7",
      namespace: "spacetime-backup",
      severity: "critical",
      team: "data",
    },
    summary: "Restore drill restore-drill-7 failed",
    description: "The last backup could not be restored, or the restored data was incomplete.",
    runbook: "backup.md#restoredrillfailed",
    notFiring: [
      {
        why: "it succeeded",
        series: {
          'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7",condition="true"}':
            "0",
        },
      },
      {
        why: "a backup failed",
        series: {
          'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291",condition="true"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "RestoreDrillSlow",
    series: {
      'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
        "1000",
      'kube_job_status_completion_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
        "4700",
    },
    evaluationInterval: "15s",
    firesAt: "0s",
    labels: {
      job_name: "restore-drill-7",
      namespace: "spacetime-backup",
      severity: "warning",
      team: "data",
    },
    summary: "Restore drill restore-drill-7 took 1h 1m 40s",
    description: "The RTO is one hour.",
    runbook: "backup.md#restoredrillslow",
    notFiring: [
      {
        why: "exactly an hour",
        series: {
          'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
            "1000",
          'kube_job_status_completion_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
            "4600",
        },
      },
    ],
  },
];
