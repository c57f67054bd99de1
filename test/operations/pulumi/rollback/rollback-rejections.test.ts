import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { rollback } from "../../../../operations/pulumi/rollback/rollback.ts";
import { deployGoodThenBad, rollbackError, stackFile } from "../support/rollback-helpers.ts";
import { readCliFixture, StackFixture } from "../support/stack-fixture.ts";

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
});

afterEach(() => scene.remove());

describe("a rollback is rejected with the reason, before anything is changed,", () => {
  test("without a terminal and without --yes", async () => {
    await deployGoodThenBad(scene);
    await expect(rollback(scene.context(), { yes: false }, () => {})).rejects.toThrow("there is no terminal");
  });

  test("when there is no verified update", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({});
    await scene.happened({});
    expect(await rollbackError(scene)).toContain("no verified update");
  });

  test("when the commit is not in this clone", async () => {
    scene.commit(stackFile("1.0"));
    const commit = "f".repeat(40);
    await scene.happened({ commit, record: { commit } });
    await scene.happened({ record: { verdict: "bad" } });
    expect(await rollbackError(scene)).toContain(`git fetch origin ${commit}`);
  });

  test("when the target update was deployed from a dirty work tree", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({ dirty: true, record: {} });
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad" } });
    expect(await rollbackError(scene)).toContain("dirty work tree");
  });

  test("when the old program is incompatible with the current database schema", async () => {
    scene.commit(stackFile("1.0"));
    await scene.happened({ record: { schema: { version: 2, worksBackTo: 1 } } });
    scene.commit(stackFile("2.0"));
    await scene.happened({ record: { verdict: "bad", schema: { version: 4, worksBackTo: 3 } } });
    expect(await rollbackError(scene)).toContain("knows database schema 2, and the database is at 4");
  });

  test("when a stateful resource would be replaced", async () => {
    await deployGoodThenBad(scene);
    const preview = readCliFixture("preview-json").stdout.replaceAll(
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:apps/v1:StatefulSet",
    );
    scene.answer({ preview: { stdout: preview } });
    expect(await rollbackError(scene)).toContain(
      "game-cm (kubernetes:apps/v1:StatefulSet) holds state and would be replaced",
    );
  });

  test("when a data store with an image pinned by digest would go back a major version", async () => {
    await deployGoodThenBad(scene);
    const state = (tag: string) => ({
      type: "kubernetes:apps/v1:StatefulSet",
      inputs: { spec: { template: { spec: { containers: [{ image: `host:5000/postgres:${tag}` }] } } } },
    });
    const [urn, digest] = ["urn:pulumi:staging::spacetime-vr::store::postgres", `@sha256:${"7".repeat(64)}`];
    const step = {
      op: "update",
      urn,
      oldState: state(`18.6-trixie${digest}`),
      newState: state(`17.2${digest}`),
    };
    scene.answer({ preview: { stdout: JSON.stringify({ steps: [step] }) } });
    expect(await rollbackError(scene)).toContain(
      "host:5000/postgres of postgres would go from 18 down to 17",
    );
  });

  test("when another update was deployed during the preview", async () => {
    await deployGoodThenBad(scene);
    const context = {
      ...scene.context(),
      prompt: async () => {
        await scene.happened({ record: {} });
        return "y";
      },
    };
    await expect(rollback(context, { yes: false }, () => {})).rejects.toThrow(
      "during this rollback's preview",
    );
    expect(scene.verbs()).not.toContain("up");
  });

  test("when a policy of the old commit fails", async () => {
    await deployGoodThenBad(scene);
    const { stdout, exit } = readCliFixture("preview-policy-violation-json");
    const events = JSON.stringify({
      policyEvent: { policyName: "no-latest", enforcementLevel: "mandatory", message: "" },
    });
    scene.answer({ preview: { stdout, exit, events } });
    expect(await rollbackError(scene)).toContain('"no-latest"');
  });

  test("when an interrupted run left pending operations", async () => {
    await deployGoodThenBad(scene);
    const state = JSON.parse(readCliFixture("stack-export").stdout);
    const [resource] = state.deployment.resources.slice(-1);
    state.deployment.pending_operations = [{ type: "creating", resource }];
    scene.answer({ "stack export": { stdout: JSON.stringify(state) } });
    const message = await rollbackError(scene);
    expect(message).toContain("1 pending operations of an interrupted run: creating game");
    expect(message).toContain("npm run up -- staging --resume");
  });

  test("when the environment has been destroyed since", async () => {
    const { goodId } = await deployGoodThenBad(scene);
    await scene.happened({ kind: "destroy" });
    expect(await rollbackError(scene)).toContain("was destroyed");
    await scene.happened({ record: {} });
    expect(await rollbackError(scene)).toContain("after it was destroyed");
    expect(await rollbackError(scene, goodId)).toContain(`was destroyed after ${goodId}`);
  });

  test.each([
    ["an unknown update ID", "20200101T000000Z", "has no update 20200101T000000Z"],
    ["the current update", undefined, "already"],
  ])("when %s is named", async (_, id, reason) => {
    const { badId } = await deployGoodThenBad(scene);
    expect(await rollbackError(scene, id ?? badId)).toContain(reason);
  });

  test("when a failed or unrecorded update is named", async () => {
    scene.commit(stackFile("1.0"));
    const failed = await scene.happened({ result: "failed", record: { verdict: "bad" } });
    const bare = await scene.happened({});
    await scene.happened({ record: {} });
    expect(await rollbackError(scene, failed)).toContain("as a failed update");
    expect(await rollbackError(scene, bare)).toContain("`up` did not make");
  });

  test("when a credential of the old stack file can no longer be decrypted", async () => {
    scene.commit(stackFile("1.0", { "spacetime-vr:smtpPassword": { secure: "v1:nonce:then" } }));
    await scene.happened({ record: {} });
    scene.commit(stackFile("2.0").replace("of-this-stack", "of-another-key"));
    await scene.happened({ record: { verdict: "bad" } });
    expect(await rollbackError(scene)).toContain("spacetime-vr:smtpPassword");
  });
});
