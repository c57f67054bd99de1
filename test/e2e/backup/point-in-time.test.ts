import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createBackup, restoreBackup } from "../../../operations/backup/local-backup.ts";
import { eventually } from "../../support/ports.ts";
import { describeWithTools } from "../../support/tools.ts";
import { type DataServicesFixture, startDataServices } from "./support/data-services.ts";
import { findViolations, startWriter } from "./support/writer.ts";

const confirm = async (): Promise<void> => undefined;
const onStep = (): void => undefined;

describeWithTools(["initdb", "redis-server", "pgbackrest"], "point-in-time recovery", () => {
  let services: DataServicesFixture;
  beforeAll(async () => {
    services = await startDataServices();
    await createBackup({ project: services.project }, { full: false, onStep });
  });
  afterAll(() => services.remove());

  test.each([1, 2])(
    "after a SIGKILL of Postgres, a restore to a chosen time has every row committed before it and none after it (run %i)",
    async () => {
      const writer = await startWriter(services);
      // The time is between two rows: about half of the rows must come back.
      const half = randomInt(20, 60);
      await eventually("rows before the chosen time", 60, () =>
        writer.rows.length > half ? true : undefined,
      );
      const chosen = new Date();
      await eventually("rows after it", 60, () => (writer.rows.length > half + 20 ? true : undefined));
      await services.crash();
      await writer.stop();
      await restoreBackup(
        { project: services.project },
        { target: { kind: "time", at: chosen }, confirm, onStep },
      );
      await services.start();
      const client = await services.connect();
      const { rows } = await client.query<{ id: string }>("SELECT id FROM players");
      await client.end();
      const restored = new Set(rows.map(({ id }) => id));
      expect(findViolations(writer.rows, restored, chosen.getTime())).toEqual({
        missing: [],
        unexpected: [],
      });
      expect(writer.rows.filter(({ id }) => restored.has(id)).length).toBeGreaterThan(half / 2);
      // The next base backup covers the new timeline.
      const { baseBackup } = await createBackup({ project: services.project }, { full: false, onStep });
      expect(baseBackup).toBe("diff");
    },
  );

  test("a restore to the end replays the last WAL of a killed server, which was never archived", async () => {
    const client = await services.connect();
    await services.savePlayer(client, "written-just-before-the-crash");
    await client.end();
    await services.crash();
    await restoreBackup({ project: services.project }, { target: { kind: "latest" }, confirm, onStep });
    await services.start();
    const again = await services.connect();
    const { rows } = await again.query("SELECT id FROM players WHERE id = 'written-just-before-the-crash'");
    await again.end();
    expect(rows).toHaveLength(1);
  });
});
