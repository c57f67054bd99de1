import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRecordStore, parseBackend } from "../../../operations/pulumi/state/backend.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { describeWithTools, findTool } from "../../support/tools.ts";

const STARTUP_MS = 300_000;

async function isResponding(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

// Uses the AWS CLI with an S3-compatible server; without the CLI, the record store's own error is tested elsewhere.
describeWithTools(["moto_server", "aws"], "records next to an S3 state", () => {
  const moto = findTool("moto_server") ?? "";
  let server: ChildProcess;
  let scratch: string;
  let endpoint: string;
  const variables = {
    ...process.env,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "eu-central-1",
  };
  const store = (bucket = "state") => {
    const backend = parseBackend(`s3://${bucket}/staging?region=eu-central-1&endpoint=${endpoint}`, "/");
    return createRecordStore(backend, variables);
  };

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "s3-store-"));
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    server = spawn(moto, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    await eventually("moto_server answers", STARTUP_MS / 1000, async () =>
      (await isResponding(endpoint)) ? true : undefined,
    );
    await fetch(`${endpoint}/state`, {
      method: "PUT",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/s3/aws4_request" },
    });
  }, STARTUP_MS);

  afterAll(async () => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
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
    STARTUP_MS,
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
    STARTUP_MS,
  );

  test(
    "are reported as unavailable when the bucket does not exist, not as empty",
    async () => {
      await expect(store("nowhere").readAll("ledger/")).rejects.toThrow(/cannot be used: .*NoSuchBucket/);
    },
    STARTUP_MS,
  );
});
