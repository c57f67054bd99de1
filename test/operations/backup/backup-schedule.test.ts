import { expect, test } from "@jest/globals";
import { startBackupSchedule } from "../../../operations/backup/backup-schedule.ts";
import type { BackupList } from "../../../operations/backup/local-backup.ts";
import { eventually } from "../../support/ports.ts";
import { describeWithTool } from "../../support/tools.ts";
import { createPoint } from "./support/points.ts";

type Archive = NonNullable<BackupList["archive"]>;

const current: Archive = { state: { kind: "current" }, description: "WAL is archived" };
const lost: Archive = { state: { kind: "keeps-nothing", segment: "5" }, description: "segment 5 is lost" };

describeWithTool("pgbackrest", "the schedule of backups", () => {
  test("a backup that fails is logged and retried, and an archive that loses WAL is logged once", async () => {
    const events: string[] = [];
    const archives = [current, lost, lost, current];
    let attempts = 0;
    const schedule = startBackupSchedule({
      isPossible: () => true,
      createBackup: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error("the disk is full");
        return { point: createPoint("second", "f"), seconds: 1 };
      },
      readArchive: async () => archives.shift() ?? current,
      log: (level, message) => events.push(`${level}: ${message}`),
      delays: { firstMs: 1, intervalMs: 60_000, retryMs: 1, archiveCheckMs: 5 },
    });
    await eventually("all events", 10, () =>
      events.length >= 4 && archives.length === 0 ? true : undefined,
    );
    await schedule.stop();
    expect(events.sort()).toEqual([
      "error: segment 5 is lost",
      "error: the backup failed: the disk is full",
      "info: WAL is archived",
      "info: restore point second created in 1 s",
    ]);
    expect(attempts).toBe(2);
  });

  test("a stop aborts the running backup, waits for it, and reports nothing", async () => {
    const events: string[] = [];
    let isRunning = false;
    const schedule = startBackupSchedule({
      isPossible: () => true,
      createBackup: (signal) => {
        isRunning = true;
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            isRunning = false;
            reject(new Error("aborted"));
          });
        });
      },
      readArchive: async () => undefined,
      log: (_level, message) => events.push(message),
      delays: { firstMs: 1, intervalMs: 1, retryMs: 1, archiveCheckMs: 60_000 },
    });
    await eventually("a running backup", 10, () => (isRunning ? true : undefined));
    await schedule.stop();
    expect(isRunning).toBe(false);
    expect(events).toEqual([]);
  });
});
