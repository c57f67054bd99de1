import { errorMessage } from "../errors.ts";
import { findInstalledProgram } from "../local/processes/installed-programs.ts";
import type { LocalEvent } from "../local/processes/process-manager.ts";
import type { BackupResult } from "./create-restore-point.ts";
import type { BackupList } from "./local-backup.ts";
import type { ArchiveState } from "./wal-archive.ts";

interface BackupScheduleOptions {
  /** Whether there is a database to back up. */
  readonly isPossible: () => boolean;
  readonly createBackup: (signal: AbortSignal) => Promise<Pick<BackupResult, "point" | "seconds">>;
  readonly readArchive: () => Promise<BackupList["archive"]>;
  readonly log: (level: LocalEvent["level"], message: string) => void;
  readonly delays?: BackupDelays;
}

interface BackupDelays {
  /** After a start, which is busy with itself. */
  readonly firstMs: number;
  readonly intervalMs: number;
  readonly retryMs: number;
  readonly archiveCheckMs: number;
}

/** Hourly, as the retention policy expects; the archive is checked several times within its five minutes. */
const DEFAULT_DELAYS: BackupDelays = {
  firstMs: 60_000,
  intervalMs: 3_600_000,
  retryMs: 300_000,
  archiveCheckMs: 60_000,
};

/** The scheduled backups of a running deployment. */
export interface BackupSchedule {
  /** Aborts a running backup, which the next one continues, and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/** Creates a restore point every hour while the deployment runs. A failure is logged and retried sooner. */
export function startBackupSchedule(options: BackupScheduleOptions): BackupSchedule {
  const { firstMs, intervalMs, retryMs, archiveCheckMs } = options.delays ?? DEFAULT_DELAYS;
  const aborted = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const schedule = (delayMs: number): void => {
    if (aborted.signal.aborted) return;
    timer = setTimeout(() => {
      running = runOnce(options, aborted.signal).then((done) => schedule(done ? intervalMs : retryMs));
    }, delayMs);
    timer.unref();
  };
  const isInstalled = findInstalledProgram("pgbackrest") !== undefined;
  if (isInstalled) schedule(firstMs);
  const archiveCheck = isInstalled ? setInterval(createArchiveCheck(options), archiveCheckMs) : undefined;
  archiveCheck?.unref();
  return {
    stop: async () => {
      aborted.abort();
      clearTimeout(timer);
      clearInterval(archiveCheck);
      await running;
    },
  };
}

/** States in which a restore would lose more than it should. */
const ALARMING: readonly ArchiveState["kind"][] = ["behind", "full", "failing", "keeps-nothing"];

/** Logs when the archive starts or stops losing WAL, once for each change. */
function createArchiveCheck({ isPossible, readArchive, log }: BackupScheduleOptions): () => void {
  let reported = "";
  return () => {
    if (!isPossible()) return;
    const check = async (): Promise<void> => {
      const archive = await readArchive();
      if (archive === undefined) return;
      const isAlarming = ALARMING.includes(archive.state.kind);
      const kind = isAlarming ? archive.state.kind : "";
      if (kind === reported) return;
      reported = kind;
      log(isAlarming ? "error" : "info", archive.description);
    };
    // While Postgres restarts, the next check reports the state.
    check().catch(() => undefined);
  };
}

async function runOnce(
  { isPossible, createBackup, log }: BackupScheduleOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isPossible()) return false;
  try {
    const { point, seconds } = await createBackup(signal);
    log("info", `restore point ${point.name} created in ${seconds} s`);
    return true;
  } catch (error) {
    if (!signal.aborted) log("error", `the backup failed: ${errorMessage(error)}`);
    return false;
  }
}
