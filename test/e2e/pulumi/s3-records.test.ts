import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRecordStore, parseBackend } from "../../../operations/pulumi/state/backend.ts";
import { describeWithTools } from "../../support/tools.ts";
import { MOTO_STARTUP_MS, type MotoServer, startMotoServer } from "../moto/moto-server.ts";

// Uses the AWS CLI with an S3-compatible server; without the CLI, the record store's own error is tested elsewhere.
describeWithTools(["moto_server", "aws"], "records next to an S3 state", () => {
  let server: MotoServer;
  let scratch: string;
  const store = (bucket = "state") => {
    const backend = parseBackend(
      `s3://${bucket}/staging?region=eu-central-1&endpoint=${server.endpoint}`,
      "/",
    );
    return createRecordStore(backend, server.variables);
  };

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "s3-store-"));
    server = await startMotoServer("state");
  }, MOTO_STARTUP_MS);

  afterAll(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test(
    "are written, and read one by one or all at once",
    async () => {
      const records = store();
      await records.write("ledger/spacetime-vr/staging/a.json", "{}\n");
      expect(await records.read("ledger/spacetime-vr/staging/a.json")).toBe("{}\n");
      expect(await records.read("ledger/spacetime-vr/staging/b.json")).toBeUndefined();
      await records.write("ledger/spacetime-vr/staging/c.json", "[]\n");
      const found = await records.readAll("ledger/spacetime-vr/staging/");
      expect(Object.fromEntries(found)).toEqual({
        "ledger/spacetime-vr/staging/a.json": "{}\n",
        "ledger/spacetime-vr/staging/c.json": "[]\n",
      });
      expect((await records.readAll("ledger/spacetime-vr/production/")).size).toBe(0);
      expect(await records.has("ledger/spacetime-vr/staging/a.json")).toBe(true);
      expect(records.location).toBe("s3://state/staging/.spacetime-vr/");
    },
    MOTO_STARTUP_MS,
  );

  test(
    "keep the bytes of a bundle",
    async () => {
      const [from, to] = [join(scratch, "from"), join(scratch, "to")];
      writeFileSync(from, Buffer.from([0, 255, 10, 13, 0]));
      await store().writeFile("bundles/x.tar.gz", from);
      await store().readFile("bundles/x.tar.gz", to);
      expect(readFileSync(to)).toEqual(readFileSync(from));
    },
    MOTO_STARTUP_MS,
  );

  test(
    "are reported as unavailable when the bucket does not exist, not as empty",
    async () => {
      await expect(store("nowhere").readAll("ledger/")).rejects.toThrow(/cannot be used: .*NoSuchBucket/);
    },
    MOTO_STARTUP_MS,
  );
});
