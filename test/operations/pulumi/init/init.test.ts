import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../../components/config/load-config.ts";
import { readStackFile } from "../../../../components/config/stack-file/read-stack-file.ts";
import { type InitArgs, init } from "../../../../operations/pulumi/init/init.ts";
import { readCliFixture, StackFixture } from "../support/stack-fixture.ts";

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
  scene.answer({ "stack history": readCliFixture("no-such-stack") });
});

afterEach(() => scene.remove());

const args = (more: Partial<InitArgs> = {}): InitArgs => ({
  environment: "staging",
  directory: scene.directory,
  backendUrl: `file://${join(scene.root, "new", "state")}`,
  hasPassphrase: true,
  pulumi: scene.context().pulumi,
  ...more,
});

const kms = "awskms://alias/spacetime-vr-staging?region=eu-central-1";

test.each(["local", "staging", "production"] as const)(
  "the generated stack file of %s can be planned without changes",
  async (environment) => {
    const s3 = { backendUrl: "s3://state/x", secretsProvider: kms };
    await init(args({ environment, ...(environment === "production" ? s3 : {}) }));
    expect(parseConfig(readStackFile(scene.directory, environment)).environment).toBe(environment);
  },
);

describe("init with a directory backend", () => {
  test("creates a private state directory, a stack file and a stack, and lists them", async () => {
    const steps = await init(args());
    expect(steps.map(({ done }) => done)).toEqual([true, true, true]);
    expect(statSync(join(scene.root, "new", "state")).mode & 0o777).toBe(0o700);
    expect(scene.calls().at(-1)?.args.slice(0, 3)).toEqual(["stack", "init", "staging"]);
  });

  test("changes nothing when it is run again", async () => {
    await init(args());
    const before = readFileSync(join(scene.directory, "Pulumi.staging.yaml"), "utf8");
    scene.answer({ "stack history": { stdout: "[]" } });
    expect((await init(args())).map(({ done }) => done)).toEqual([false, false, false]);
    expect(readFileSync(join(scene.directory, "Pulumi.staging.yaml"), "utf8")).toBe(before);
  });

  test("recreates a part that was lost", async () => {
    await init(args());
    rmSync(join(scene.directory, "Pulumi.staging.yaml"));
    scene.answer({ "stack history": { stdout: "[]" } });
    expect((await init(args())).map(({ done }) => done)).toEqual([false, true, false]);
  });
});

test("init with an S3 backend uses the KMS key as the secrets provider", async () => {
  await init(args({ backendUrl: "s3://state/staging", secretsProvider: kms, hasPassphrase: false }));
  expect(scene.calls().at(-1)?.args).toEqual(expect.arrayContaining(["--secrets-provider", kms]));
});

test.each<[string, Partial<InitArgs>, string]>([
  ["production in a directory", { environment: "production" }, "must be s3:// for production"],
  ["a bucket with a passphrase", { backendUrl: "s3://state/staging" }, "must be an awskms:// key"],
  ["a directory without a passphrase", { hasPassphrase: false }, "PULUMI_CONFIG_PASSPHRASE_FILE"],
  [
    "an unsupported kind of backend",
    { backendUrl: "https://api.pulumi.com" },
    "must be s3://BUCKET/ENVIRONMENT or file:///DIRECTORY",
  ],
])("%s is rejected before anything is created", async (_, more, reason) => {
  await expect(init(args(more))).rejects.toThrow(reason);
  expect(scene.calls()).toEqual([]);
  expect(existsSync(join(scene.directory, "Pulumi.staging.yaml"))).toBe(false);
});

test("a state directory inside the work tree is rejected, because every update would make the tree dirty", async () => {
  await expect(init(args({ backendUrl: "file://./state" }))).rejects.toThrow("must be outside the work tree");
});

test.each<[string, () => Partial<InitArgs>]>([
  ["a file", () => ({ backendUrl: `file://${join(import.meta.filename, "state")}` })],
  ["a device", () => ({ backendUrl: "file:///dev/null" })],
])("a backend whose path is %s is reported by name, and no stack file is created", async (_, more) => {
  await expect(init(args(more()))).rejects.toThrow("cannot be created (");
  expect(existsSync(join(scene.directory, "Pulumi.staging.yaml"))).toBe(false);
});

test("an unreachable backend is reported, and no stack is created", async () => {
  scene.answer({ "stack history": readCliFixture("missing-backend") });
  await expect(init(args())).rejects.toThrow("PULUMI_BACKEND_URL");
  expect(scene.verbs()).toEqual(["stack history"]);
});
