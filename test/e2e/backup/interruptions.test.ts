import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { BACKUP_STEPS } from "../../../operations/backup/create-restore-point.ts";
import {
  createBackup,
  listBackups,
  restoreBackup,
  verifyBackups,
} from "../../../operations/backup/local-backup.ts";
import { RESTORE_STEPS } from "../../../operations/backup/restore.ts";
import { describeWithTools } from "../../support/tools.ts";
import { type DataServicesFixture, startDataServices } from "./support/data-services.ts";

const quiet = (): void => undefined;
const confirm = async (): Promise<void> => undefined;

/** Runs a command in a process that kills itself at a step. @returns the signal and the exit code. */
async function runKilledAt(project: string, command: "backup" | "restore", step: string) {
  const script = join("test", "e2e", "backup", "support", "interrupted-command.ts");
  const child = spawn(process.execPath, [script, project, command, step], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr };
}

const KILLED = { code: null, signal: "SIGKILL", stderr: "" };

describeWithTools(["initdb", "redis-server", "pgbackrest"], "kill -9", () => {
  let services: DataServicesFixture;
  beforeAll(async () => {
    services = await startDataServices();
    const client = await services.connect();
    await services.savePlayer(client, "alice");
    await client.end();
    await createBackup({ project: services.project }, { full: false, name: "first", onStep: quiet });
  });
  afterAll(() => services.remove());

  const completePoints = async (): Promise<string[]> => {
    const { points } = await listBackups({ project: services.project });
    return points.flatMap((entry) => (entry.kind === "complete" ? [entry.point.name] : []));
  };

  const damagedFiles = async (): Promise<readonly unknown[]> =>
    (await verifyBackups({ project: services.project }, quiet)).damaged;

  test("at any step of a backup or its prune leaves no half restore point and no damage, and the next backup completes", async () => {
    // Each run gets past the step at which the one before it was killed.
    const steps = [
      ...BACKUP_STEPS.flatMap((step) => (step === "base backup" ? [step, "base backup+"] : [step])),
      "prune: planned",
      "prune: points removed",
      "prune: base backups removed",
    ];
    for (const step of steps) {
      expect({ step, ...(await runKilledAt(services.project, "backup", step)) }).toEqual({ step, ...KILLED });
      expect({ step, damaged: await damagedFiles() }).toEqual({ step, damaged: [] });
      expect({ step, points: (await completePoints()).length > 0 }).toEqual({ step, points: true });
    }
    const { point } = await createBackup(
      { project: services.project },
      { full: false, name: "last", onStep: quiet },
    );
    expect(await completePoints()).toContain(point.name);
    // The directories of interrupted backups are removed.
    expect(readdirSync(join(services.repository, "points")).sort()).toEqual((await completePoints()).sort());
    expect(await damagedFiles()).toEqual([]);
  }, 600_000);

  test("at any step of a restore leaves the old data or the new, and the same command completes it", async () => {
    const client = await services.connect();
    await services.savePlayer(client, "bob");
    await client.end();
    await services.redis("SET", "session:bob", "kept");
    await createBackup({ project: services.project }, { full: false, onStep: quiet });
    await services.stop();
    const steps = RESTORE_STEPS.filter((step) => step !== "inspection").flatMap((step) =>
      step === "base backup" ? [step, "base backup+"] : [step],
    );
    for (const step of steps) {
      expect({ step, ...(await runKilledAt(services.project, "restore", step)) }).toEqual({
        step,
        ...KILLED,
      });
      // The live data is untouched until the last step.
      expect(existsSync(join(services.paths.postgres, "data", "PG_VERSION"))).toBe(true);
    }
    await restoreBackup(
      { project: services.project },
      { target: { kind: "latest" }, confirm, onStep: quiet },
    );
    await services.start();
    const again = await services.connect();
    const { rows } = await again.query<{ id: string }>("SELECT id FROM players ORDER BY id");
    await again.end();
    expect(rows.map(({ id }) => id)).toEqual(["alice", "bob"]);
    expect(await services.redis("GET", "session:bob")).toBe("kept");
  }, 600_000);
});
