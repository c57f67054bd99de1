import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { saveDependencyBundle } from "../../../../operations/pulumi/deploy/dependency-bundle.ts";
import {
  listHistoryRows,
  type RollbackPlan,
  rollback,
} from "../../../../operations/pulumi/rollback/rollback.ts";
import { deployGoodThenBad, rollbackError, runRollback, stackFile } from "../support/rollback-helpers.ts";
import { readCliFixture, StackFixture } from "../support/stack-fixture.ts";

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
});

afterEach(() => scene.remove());

const rollBackTo = (to?: string, plans: RollbackPlan[] = []) => runRollback(scene, to, plans);

describe("a rollback", () => {
  test("runs the program and the config of the last verified update, previewed before it is applied", async () => {
    const { good, goodId } = await deployGoodThenBad(scene);
    const { record, plan } = await rollBackTo();
    expect(scene.verbs()).toEqual([
      "stack history",
      "stack export",
      "preview",
      "stack history",
      "up",
      "stack history",
      "stack output",
    ]);
    const [preview, up] = scene.calls().filter(({ verb }) => verb === "preview" || verb === "up");
    for (const call of [preview, up]) {
      expect(call).toMatchObject({ head: good, dirty: false });
      expect(parse(call?.config ?? "")).toEqual(parse(stackFile("1.0")));
      expect(call?.args).toEqual(expect.arrayContaining(["--stack", "staging", "--policy-pack", "policy"]));
      expect(call?.args).not.toContain("--skip-preview");
    }
    expect(preview?.args).toContain("--json");
    expect(up?.args).toContain("--yes");
    expect(plan.changes.map(({ op, name }) => `${op} ${name}`)).toEqual([
      "replace game-cm",
      "update game-dep",
    ]);
    expect(record).toMatchObject({ kind: "rollback", rolledBackTo: goodId, verdict: "good", commit: good });
    expect(record?.seconds).toBeGreaterThan(0);
  });

  test("does not change the work tree or its branch, and removes its checkout", async () => {
    const { bad } = await deployGoodThenBad(scene);
    await rollBackTo();
    expect(scene.git("rev-parse", "HEAD")).toBe(bad);
    expect(scene.git("symbolic-ref", "HEAD")).toBe("refs/heads/main");
    expect(scene.git("status", "--porcelain")).toBe("");
    expect(scene.git("worktree", "list").split("\n")).toHaveLength(1);
    expect(readdirSync(join(scene.directory, ".spacetime-vr", "worktrees"))).toEqual([]);
  });

  test("skips newer updates that are not verified", async () => {
    const verified = scene.commit(stackFile("1.0"));
    const id = await scene.happened({ record: {} });
    scene.commit(stackFile("2.0"));
    await scene.happened({});
    scene.commit(stackFile("3.0"));
    await scene.happened({ record: { verdict: "unverified" } });
    scene.commit(stackFile("4.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const { record } = await rollBackTo();
    expect(record).toMatchObject({ rolledBackTo: id, commit: verified });
  });

  test("finds a verified update beyond the ten entries that the CLI lists by default", async () => {
    scene.commit(stackFile("1.0"));
    const id = await scene.happened({ record: {} });
    scene.commit(stackFile("2.0"));
    for (let count = 0; count < 14; count++) await scene.happened({ result: "failed" });
    expect((await rollBackTo()).record?.rolledBackTo).toBe(id);
  });

  test("keeps the current secrets and credentials when it goes back past a rotation", async () => {
    const secret = (text: string) => ({ "spacetime-vr:slackWebhookUrl": { secure: `v1:nonce:${text}` } });
    scene.commit(
      stackFile("1.0", { ...secret("old"), "spacetime-vr:secretVersions": { "jwt-signing-key": 3 } }),
    );
    await scene.happened({ record: {} });
    scene.commit(stackFile("2.0", secret("old")));
    // Rotated by a failed run and not reverted since.
    await scene.happened({
      result: "failed",
      config: { "spacetime-vr:secretVersions": { "api-token": 7, "jwt-signing-key": 2 } },
    });
    scene.commit(stackFile("3.0", { ...secret("new"), "spacetime-vr:secretVersions": { "api-token": 5 } }));
    await scene.happened({ record: { verdict: "bad" } });
    const plans: RollbackPlan[] = [];
    await rollBackTo(undefined, plans);
    const { config } = parse(scene.calls().find(({ verb }) => verb === "up")?.config ?? "");
    expect(config["spacetime-vr:gameServer"]).toEqual({ image: "1.0" });
    expect(config["spacetime-vr:secretVersions"]).toEqual({ "api-token": 7, "jwt-signing-key": 3 });
    expect(config["spacetime-vr:slackWebhookUrl"]).toEqual({ secure: "v1:nonce:new" });
    expect(plans[0]?.kept.map(({ path }) => path)).toEqual(["secretVersions.api-token", "slackWebhookUrl"]);
    expect(JSON.stringify(plans[0]?.kept)).not.toContain("nonce");
  });

  test("needs no package registry, because the packages are saved next to the state", async () => {
    scene.commit(stackFile("1.0"));
    expect(await saveDependencyBundle(scene.context().recordStore, scene.directory)).toBe(true);
    expect(await saveDependencyBundle(scene.context().recordStore, scene.directory)).toBe(false);
    await scene.happened({ record: {} });
    scene.lock("second");
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const { plan } = await rollBackTo();
    expect(plan.packages).toContain("saved next to the state");
    expect(scene.calls().find(({ verb }) => verb === "up")).toMatchObject({
      packages: "first",
      dirty: false,
    });
  });

  test("rejects a dependency bundle that was changed after it was saved", async () => {
    scene.commit(stackFile("1.0"));
    await saveDependencyBundle(scene.context().recordStore, scene.directory);
    await scene.happened({ record: {} });
    scene.lock("second");
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const bundles = join(scene.state, ".spacetime-vr", "bundles");
    const [bundle = ""] = readdirSync(bundles).filter((name) => name.endsWith(".tar.gz"));
    writeFileSync(join(bundles, bundle), "something else");
    expect(await rollbackError(scene)).toContain("does not match its recorded digest");
  });

  test("does not select an update that was rolled back from, unless it is named", async () => {
    const { goodId } = await deployGoodThenBad(scene);
    scene.commit(stackFile("3.0"));
    const left = await scene.happened({ record: {} });
    expect((await rollBackTo()).record?.rolledBackTo).toBe(goodId);
    const rows = await listHistoryRows(scene.context());
    expect(rows.find(({ update }) => update.id === left)?.withdrawn).toBe(true);
    await expect(rollBackTo()).rejects.toThrow("has no verified update that differs from the current one");
    expect((await rollBackTo(left)).record?.rolledBackTo).toBe(left);
  });

  test("that was interrupted during verification does not make the next rollback return to the update it left", async () => {
    const { goodId } = await deployGoodThenBad(scene);
    scene.commit(stackFile("3.0"));
    const left = await scene.happened({ record: {} });
    const record = { kind: "rollback", rolledBackTo: goodId, verdict: "unverified" } as const;
    await scene.happened({ record });
    const rows = await listHistoryRows(scene.context());
    expect(rows.filter(({ withdrawn }) => withdrawn).map(({ update }) => update.id)).toContain(left);
    await expect(rollBackTo()).rejects.toThrow("has no verified update that differs from the current one");
  });

  test("that failed does not withdraw the update that it should have replaced", async () => {
    const { goodId } = await deployGoodThenBad(scene);
    await scene.happened({
      result: "failed",
      record: { kind: "rollback", rolledBackTo: goodId, verdict: "bad" },
    });
    expect((await listHistoryRows(scene.context())).some(({ withdrawn }) => withdrawn)).toBe(false);
  });

  test("that fails verification is recorded and reported as bad", async () => {
    await deployGoodThenBad(scene);
    scene.verification = { verdict: "bad", summary: "3 of 10 checks passed" };
    const { record } = await rollBackTo();
    expect(record?.verdict).toBe("bad");
    const { records } = await scene.context().ledger.read();
    expect(records.get(record?.id ?? "")).toMatchObject({ verdict: "bad", kind: "rollback" });
  });

  test("records no passphrase in the ledger or in arguments", async () => {
    await deployGoodThenBad(scene);
    await rollBackTo();
    const ledger = join(scene.state, ".spacetime-vr", "ledger", "spacetime-vr", "staging");
    expect(readdirSync(ledger).length).toBeGreaterThan(2);
    expect(readFileSync(join(ledger, readdirSync(ledger)[0] ?? ""), "utf8")).not.toContain(
      "of-this-test-alone",
    );
    for (const call of scene.calls()) expect(call.args.join(" ")).not.toContain("of-this-test-alone");
  });

  test("changes nothing when the confirmation is declined", async () => {
    await deployGoodThenBad(scene);
    const { record } = await rollback(scene.context("staging", "n"), { yes: false }, () => {});
    expect(record).toBeUndefined();
    expect(scene.verbs()).toEqual(["stack history", "stack export", "preview"]);
  });

  test("asks for confirmation after it has shown the plan", async () => {
    await deployGoodThenBad(scene);
    let shown = false;
    const context = { ...scene.context(), prompt: async () => (shown ? "y" : "n") };
    const { record } = await rollback(context, { yes: false }, () => {
      shown = true;
    });
    expect(record?.verdict).toBe("good");
  });
});

test("a rollback whose update fails is recorded as bad without verification", async () => {
  await deployGoodThenBad(scene);
  const { stdout } = readCliFixture("up-failure");
  scene.answer({ up: { stdout, exit: 1, records: true } });
  await expect(rollBackTo()).rejects.toThrow("the rollback of staging");
  expect(scene.verified).toBe(0);
  const [newest] = await listHistoryRows(scene.context());
  expect(newest?.record).toMatchObject({ kind: "rollback", verdict: "bad", summary: "the update failed" });
});
