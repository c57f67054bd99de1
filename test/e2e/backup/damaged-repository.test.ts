import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listInventoriedFiles } from "../../../operations/backup/inventory.ts";
import { createBackup, restoreBackup, verifyBackups } from "../../../operations/backup/local-backup.ts";
import { repositoryPaths } from "../../../operations/backup/repository.ts";
import { describeWithTools } from "../../support/tools.ts";
import { type DataServicesFixture, startDataServices } from "./support/data-services.ts";

const quiet = (): void => undefined;

function flipByte(path: string): void {
  const descriptor = openSync(path, "r+");
  const middle = Math.floor(fstatSync(descriptor).size / 2);
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, middle);
  writeSync(descriptor, Buffer.of((byte[0] ?? 0) ^ 0xff), 0, 1, middle);
  closeSync(descriptor);
}

/** What happens to files on disks: a changed byte, a lost end, a lost file. */
const DAMAGES = [
  ["changed", flipByte],
  ["truncated", (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
  ["removed", (path: string) => rmSync(path)],
] as const;

describeWithTools(["initdb", "redis-server", "pgbackrest"], "a damaged repository", () => {
  let services: DataServicesFixture;
  let root = "";
  beforeAll(async () => {
    services = await startDataServices();
    root = services.repository;
    const client = await services.connect();
    await services.savePlayer(client, "alice");
    await client.end();
    await createBackup({ project: services.project }, { full: false, name: "wanted", onStep: quiet });
    await services.stop();
  });
  afterAll(() => services.remove());

  const verify = async (): Promise<string[]> => {
    const { damaged } = await verifyBackups({ project: services.project }, quiet);
    return damaged.map(({ path }) => path);
  };

  const restoreError = async (): Promise<string> => {
    const target = { kind: "point", name: "wanted" } as const;
    const confirm = async (): Promise<void> => undefined;
    try {
      await restoreBackup({ project: services.project }, { target, confirm, onStep: stopAtBaseBackup });
      return "restored";
    } catch (error) {
      return String(error);
    }
  };

  /** The repository is checked before the first file is restored; the rest of a restore is tested elsewhere. */
  const stopAtBaseBackup = (step: string): void => {
    if (step === "base backup") throw new Error("the restore began");
  };

  test("an intact repository passes, and a restore begins", async () => {
    expect(await verify()).toEqual([]);
    expect(await restoreError()).toMatch(/the restore began/);
  });

  test.each(DAMAGES)(
    "every single file that is %s is found by its name, and a restore that needs it is rejected with its name",
    async (_damage, apply) => {
      const files = [...listInventoriedFiles(repositoryPaths(root)), "inventory.json"];
      expect(files.length).toBeGreaterThan(15);
      const results: Record<string, { found: boolean; restore: string }> = {};
      for (const file of files) {
        const path = join(root, file);
        const original = readFileSync(path);
        apply(path);
        const found = await verify();
        const message = await restoreError();
        results[file] = { found: found.includes(file), restore: describe(message, file) };
        // Written in place where possible, so that the file keeps its owner.
        writeFileSync(path, original);
      }
      const isNotNeeded = (file: string): boolean => file.includes("backup.history");
      for (const file of files) {
        expect({ file, ...results[file] }).toEqual({
          file,
          found: true,
          restore: isNotNeeded(file) ? "began" : "named",
        });
      }
      expect(await verify()).toEqual([]);
    },
    600_000,
  );

  function describe(message: string, file: string): string {
    if (/the restore began/.test(message)) return "began";
    // Without its manifest, a restore point is not one any more; the error names the point.
    const isNamed =
      message.includes(file) || (file === "points/wanted/manifest.json" && message.includes("wanted"));
    return isNamed ? "named" : message;
  }
});
