import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { keepDependencies } from "../../../operations/pulumi/deploy/dependencies.ts";
import { type RollbackPlan, rollback, rollbackRows } from "../../../operations/pulumi/rollback/rollback.ts";
import { fixture, Scene } from "./support/scene.ts";

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

afterEach(() => scene.remove());

const stackFile = (image: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    encryptionsalt: "v1:salt:of-this-stack",
    config: { "spacetime-vr:gameServer": { image }, "spacetime-vr:redis": { kind: "in-cluster" }, ...more },
  });

const go = (to?: string, plans: RollbackPlan[] = []) =>
  rollback(scene.context(), { yes: true, ...(to === undefined ? {} : { to }) }, (plan) => plans.push(plan));

const refusal = async (to?: string): Promise<string> => {
  const { exitCode, message } = await go(to).then(
    () => Promise.reject(new Error("the rollback was not refused")),
    (error) => error,
  );
  expect([1, 2]).toContain(exitCode);
  expect(scene.verbs()).not.toContain("up");
  return message;
};

/** A good deployment, and one after it that is in the way. */
async function goodThenBad() {
  const good = scene.commit(stackFile("1.0"));
  const goodId = await scene.happened({ record: {} });
  const bad = scene.commit(stackFile("2.0"));
  const badId = await scene.happened({ record: { verdict: "bad", summary: "6 of 10 checks passed" } });
  return { good, goodId, bad, badId };
}

describe("a rollback", () => {
  test("runs the program and the config of the last verified update, previewed before it is applied", async () => {
    const { good, goodId } = await goodThenBad();
    const { record, plan } = await go();
    expect(scene.verbs()).toEqual([
      "stack history",
      "stack export",
      "preview",
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

  test("leaves the work tree and its branch as they were, and no checkout behind", async () => {
    const { bad } = await goodThenBad();
    await go();
    expect(scene.git("rev-parse", "HEAD")).toBe(bad);
    expect(scene.git("symbolic-ref", "HEAD")).toBe("refs/heads/main");
    expect(scene.git("status", "--porcelain")).toBe("");
    expect(scene.git("worktree", "list").split("\n")).toHaveLength(1);
    expect(readdirSync(join(scene.directory, ".spacetime-vr", "worktrees"))).toEqual([]);
  });

  test("passes the newest good updates over when nobody verified them", async () => {
    const verified = scene.commit(stackFile("1.0"));
    const id = await scene.happened({ record: {} });
    scene.commit(stackFile("2.0"));
    await scene.happened({});
    scene.commit(stackFile("3.0"));
    await scene.happened({ record: { verdict: "unverified" } });
    scene.commit(stackFile("4.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const { record } = await go();
    expect(record).toMatchObject({ rolledBackTo: id, commit: verified });
  });

  test("keeps the present secrets and credentials when it goes back over a rotation", async () => {
    const secret = (text: string) => ({ "spacetime-vr:slackWebhookUrl": { secure: `v1:nonce:${text}` } });
    scene.commit(
      stackFile("1.0", { ...secret("old"), "spacetime-vr:secretVersions": { "jwt-signing-key": 3 } }),
    );
    await scene.happened({ record: {} });
    scene.commit(stackFile("2.0", secret("old")));
    // Rotated by a run that failed, and lowered by nobody since.
    await scene.happened({
      result: "failed",
      config: { "spacetime-vr:secretVersions": { "api-token": 7, "jwt-signing-key": 2 } },
    });
    scene.commit(stackFile("3.0", { ...secret("new"), "spacetime-vr:secretVersions": { "api-token": 5 } }));
    await scene.happened({ record: { verdict: "bad" } });
    const plans: RollbackPlan[] = [];
    await go(undefined, plans);
    const { config } = parse(scene.calls().find(({ verb }) => verb === "up")?.config ?? "");
    expect(config["spacetime-vr:gameServer"]).toEqual({ image: "1.0" });
    expect(config["spacetime-vr:secretVersions"]).toEqual({ "api-token": 7, "jwt-signing-key": 3 });
    expect(config["spacetime-vr:slackWebhookUrl"]).toEqual({ secure: "v1:nonce:new" });
    expect(plans[0]?.kept.map(({ path }) => path)).toEqual(["secretVersions.api-token", "slackWebhookUrl"]);
    expect(JSON.stringify(plans[0]?.kept)).not.toContain("nonce");
  });

  test("needs no registry: the packages of then come from beside the state", async () => {
    scene.commit(stackFile("1.0"));
    expect(await keepDependencies(scene.context().store, scene.directory)).toBe(true);
    expect(await keepDependencies(scene.context().store, scene.directory)).toBe(false);
    await scene.happened({ record: {} });
    scene.lock("second");
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const { plan } = await go();
    expect(plan.packages).toContain("kept beside the state");
    expect(scene.calls().find(({ verb }) => verb === "up")).toMatchObject({
      packages: "first",
      dirty: false,
    });
  });

  test("does not use a bundle that was changed since it was kept", async () => {
    scene.commit(stackFile("1.0"));
    await keepDependencies(scene.context().store, scene.directory);
    await scene.happened({ record: {} });
    scene.lock("second");
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    const bundles = join(scene.state, ".spacetime-vr", "bundles");
    const [bundle = ""] = readdirSync(bundles).filter((name) => name.endsWith(".tar.gz"));
    writeFileSync(join(bundles, bundle), "something else");
    expect(await refusal()).toContain("does not match the digest");
  });

  test("does not go forward again: what was rolled back from is picked by nobody on its own", async () => {
    const { goodId } = await goodThenBad();
    scene.commit(stackFile("3.0"));
    const left = await scene.happened({ record: {} });
    expect((await go()).record?.rolledBackTo).toBe(goodId);
    const rows = await rollbackRows(scene.context());
    expect(rows.find(({ update }) => update.id === left)?.withdrawn).toBe(true);
    await expect(go()).rejects.toThrow("has no verified update that differs from the present one");
    expect((await go(left)).record?.rolledBackTo).toBe(left);
  });

  test("that does not verify is recorded as bad and told", async () => {
    await goodThenBad();
    scene.verification = { verdict: "bad", summary: "3 of 10 checks passed" };
    const { record } = await go();
    expect(record?.verdict).toBe("bad");
    const { records } = await scene.context().ledger.read();
    expect(records.get(record?.id ?? "")).toMatchObject({ verdict: "bad", kind: "rollback" });
  });

  test("writes nothing into the work tree, and nothing that others may read", async () => {
    await goodThenBad();
    await go();
    const ledger = join(scene.state, ".spacetime-vr", "ledger", "spacetime-vr", "staging");
    expect(readdirSync(ledger).length).toBeGreaterThan(2);
    expect(readFileSync(join(ledger, readdirSync(ledger)[0] ?? ""), "utf8")).not.toContain(
      "of-this-test-alone",
    );
    for (const call of scene.calls()) expect(call.args.join(" ")).not.toContain("of-this-test-alone");
  });

  test("changes nothing after a no", async () => {
    await goodThenBad();
    const { record } = await rollback(scene.context("staging", "n"), { yes: false }, () => {});
    expect(record).toBeUndefined();
    expect(scene.verbs()).toEqual(["stack history", "stack export", "preview"]);
  });

  test("asks after it has shown the plan, and goes on after a yes", async () => {
    await goodThenBad();
    let shown = false;
    const context = { ...scene.context(), ask: async () => (shown ? "y" : "n") };
    const { record } = await rollback(context, { yes: false }, () => {
      shown = true;
    });
    expect(record?.verdict).toBe("good");
  });
});

describe("a rollback is refused, with the reason, before anything is changed", () => {
  test("when nobody can be asked and nobody said yes", async () => {
    await goodThenBad();
    await expect(rollback(scene.context(), { yes: false }, () => {})).rejects.toThrow(
      "no terminal to ask on",
    );
  });

  test("when there is no verified update", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({});
    await scene.happened({});
    expect(await refusal()).toContain("no verified update");
  });

  test("when the commit is gone from this clone", async () => {
    scene.commit(stackFile("1.0"));
    const commit = "f".repeat(40);
    await scene.happened({ commit, record: { commit } });
    await scene.happened({ record: { verdict: "bad" } });
    expect(await refusal()).toContain(`git fetch origin ${commit}`);
  });

  test("when the tree was dirty then", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({ dirty: true, record: {} });
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    expect(await refusal()).toContain("differed from its commit");
  });

  test("when the program of then does not know the database as it is now", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({ record: { schema: { version: 2, worksBackTo: 1 } } });
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad", schema: { version: 4, worksBackTo: 3 } } });
    expect(await refusal()).toContain("knows database schema 2, and the database is at 4");
  });

  test("when a stateful resource would be replaced", async () => {
    await goodThenBad();
    const preview = fixture("preview-json").stdout.replaceAll(
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:apps/v1:StatefulSet",
    );
    scene.answer({ preview: { stdout: preview } });
    expect(await refusal()).toContain(
      "game-cm (kubernetes:apps/v1:StatefulSet) holds state and would be replaced",
    );
  });

  test("when a policy of then blocks it", async () => {
    await goodThenBad();
    const { stdout, exit } = fixture("preview-policy-violation-json");
    const events = JSON.stringify({
      policyEvent: { policyName: "no-latest", enforcementLevel: "mandatory", message: "" },
    });
    scene.answer({ preview: { stdout, exit, events } });
    expect(await refusal()).toContain('"no-latest"');
  });

  test("when a run was cut off and left pending operations", async () => {
    await goodThenBad();
    const state = JSON.parse(fixture("stack-export").stdout);
    const [resource] = state.deployment.resources.slice(-1);
    state.deployment.pending_operations = [{ type: "creating", resource }];
    scene.answer({ "stack export": { stdout: JSON.stringify(state) } });
    const message = await refusal();
    expect(message).toContain("1 pending operations of a run that was cut off: creating game");
    expect(message).toContain("--clear-pending-creates");
  });

  test("when the environment was destroyed since", async () => {
    const { goodId } = await goodThenBad();
    await scene.happened({ kind: "destroy" });
    expect(await refusal()).toContain("was destroyed");
    await scene.happened({ record: {} });
    expect(await refusal()).toContain("after it was destroyed");
    expect(await refusal(goodId)).toContain(`was destroyed after ${goodId}`);
  });

  test.each([
    ["an unknown id", "20200101T000000Z", "has no update 20200101T000000Z"],
    ["the present one", undefined, "already"],
  ])("when %s is named", async (_, id, reason) => {
    const { badId } = await goodThenBad();
    expect(await refusal(id ?? badId)).toContain(reason);
  });

  test("when a failed or an unrecorded update is named", async () => {
    scene.commit(stackFile("1.0"));
    const failed = await scene.happened({ result: "failed", record: { verdict: "bad" } });
    const bare = await scene.happened({});
    await scene.happened({ record: {} });
    expect(await refusal(failed)).toContain("as a failed update");
    expect(await refusal(bare)).toContain("`up` did not make");
  });

  test("when a credential of then can no longer be decrypted", async () => {
    scene.commit(stackFile("1.0", { "spacetime-vr:smtpPassword": { secure: "v1:nonce:then" } }));
    await scene.happened({ record: {} });
    scene.commit(stackFile("2.0").replace("of-this-stack", "of-another-key"));
    await scene.happened({ record: { verdict: "bad" } });
    expect(await refusal()).toContain("spacetime-vr:smtpPassword");
  });
});

test("an update that fails on the way is recorded as bad, and is no verified one afterwards", async () => {
  await goodThenBad();
  const { stdout } = fixture("up-failure");
  scene.answer({ up: { stdout, exit: 1, records: true } });
  await expect(go()).rejects.toThrow("the rollback of staging");
  expect(scene.verified).toBe(0);
  const [newest] = await rollbackRows(scene.context());
  expect(newest?.record).toMatchObject({ kind: "rollback", verdict: "bad", summary: "the update failed" });
});
