import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { destroy } from "../../../../operations/pulumi/deploy/destroy.ts";
import { parseDeployableEnvironment } from "../../../../operations/pulumi/deploy/preflight-checks.ts";
import { preview } from "../../../../operations/pulumi/deploy/preview.ts";
import { up } from "../../../../operations/pulumi/deploy/up.ts";
import { filledRawConfig } from "../../../support/filled-config.ts";
import { readCliFixture, StackFixture } from "../support/stack-fixture.ts";

let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
});

afterEach(() => scene.remove());

function filledStackFile(): string {
  const { values } = filledRawConfig("staging");
  const config = Object.entries(values).map(([key, value]) => [`spacetime-vr:${key}`, value] as const);
  return stringify({ config: Object.fromEntries(config) });
}

const yes = { yes: true, interactive: false };

describe("up", () => {
  test("deploys with the policy pack, verifies, and records commit, config, lockfile and schema", async () => {
    const commit = scene.commit(filledStackFile());
    const record = await up(scene.context(), yes);
    expect(scene.verbs()).toEqual(["stack history", "stack export", "up", "stack history", "stack output"]);
    const call = scene.calls().find(({ verb }) => verb === "up");
    expect(call?.args.slice(0, 6)).toEqual(["up", "--stack", "staging", "--policy-pack", "policy", "--yes"]);
    expect(call?.args).not.toContain("--skip-preview");
    // The policy levels are those of a deployment.
    expect(call?.policyConfig).toBeUndefined();
    expect(record).toMatchObject({
      kind: "up",
      commit,
      dirty: false,
      verdict: "good",
      stackFile: filledStackFile(),
    });
    const { records } = await scene.context().ledger.read();
    expect(records.get(record.id)).toEqual(record);
    expect(readdirSync(join(scene.state, ".spacetime-vr", "bundles"))).toHaveLength(2);
    expect(scene.live.join("")).toContain("Updating (local)");
    expect(scene.git("status", "--porcelain")).toBe("");
  });

  test("records an update that fails verification as bad", async () => {
    scene.commit(filledStackFile());
    scene.verification = { verdict: "bad", summary: "7 of 10 checks passed" };
    expect(await up(scene.context(), yes)).toMatchObject({
      verdict: "bad",
      summary: "7 of 10 checks passed",
    });
  });

  test("records an update as unverified during verification, so that an interrupted run does not count as verified", async () => {
    scene.commit(filledStackFile());
    let during: string | undefined;
    const context = scene.context();
    await up(
      {
        ...context,
        verify: async () => {
          during = [...(await context.ledger.read()).records.values()][0]?.verdict;
          throw new Error("the probe broke");
        },
      },
      yes,
    );
    expect(during).toBe("unverified");
    const [record] = (await context.ledger.read()).records.values();
    expect(record).toMatchObject({
      verdict: "bad",
      summary: "the verification itself failed: the probe broke",
    });
  });

  test("rejects a dirty work tree outside local and names the files", async () => {
    scene.commit(filledStackFile());
    for (let index = 0; index < 12; index++) writeFileSync(join(scene.directory, `new-${index}`), "");
    await expect(up(scene.context(), yes)).rejects.toThrow(/new-0, new-1, .* and 2 more/);
    expect(scene.calls()).toEqual([]);
  });

  test("rejects example values and lists what to fill in", async () => {
    scene.commit(readFileSync("Pulumi.staging.yaml", "utf8"));
    await expect(up(scene.context(), yes)).rejects.toThrow(
      /is not ready to be deployed[\s\S]*staging\.example\.com/,
    );
    expect(scene.calls()).toEqual([]);
  });

  test("deploys a dirty work tree and example values to local, and records that in the ledger", async () => {
    cpSync("Pulumi.local.yaml", join(scene.directory, "Pulumi.local.yaml"));
    scene.commit(filledStackFile());
    writeFileSync(join(scene.directory, "new"), "");
    expect(await up(scene.context("local"), yes)).toMatchObject({ dirty: true, verdict: "good" });
  });

  test("is rejected without --yes when there is no terminal", async () => {
    scene.commit(filledStackFile());
    await expect(up(scene.context(), { yes: false, interactive: false })).rejects.toThrow(
      "there is no terminal",
    );
  });

  test.each(["no-such-stack", "wrong-passphrase", "missing-backend", "lock-held"])(
    "%s: nothing is deployed, and the message has a remedy",
    async (name) => {
      scene.commit(filledStackFile());
      scene.answer({ [name === "lock-held" ? "up" : "stack history"]: readCliFixture(name) });
      const error = await up(scene.context(), yes).catch((caught) => caught);
      expect(error.exitCode).toBeGreaterThan(0);
      expect(error.problems).toEqual([expect.objectContaining({ remedy: expect.stringMatching(/\S/) })]);
      expect(scene.verified).toBe(0);
      expect((await scene.context().ledger.read()).records.size).toBe(0);
    },
  );

  test("records an update that fails as bad", async () => {
    scene.commit(filledStackFile());
    scene.answer({ up: { ...readCliFixture("up-failure"), records: true } });
    await expect(up(scene.context(), yes)).rejects.toThrow("the update of staging");
    const [record] = (await scene.context().ledger.read()).records.values();
    expect(record).toMatchObject({ verdict: "bad", summary: "the update failed" });
  });

  test("does not change the record of a concurrent update when it is rejected", async () => {
    const commit = scene.commit(filledStackFile());
    scene.answer({ up: readCliFixture("lock-held") });
    const context = scene.context();
    const startTime = new Date(Date.now() + 1000).toISOString();
    const theirs = { kind: "update", startTime, message: "", result: "succeeded", endTime: startTime };
    const update = { ...theirs, environment: { "git.head": commit } };
    scene.answer({ "stack history": { stdout: JSON.stringify([update]) } });
    await expect(up(context, yes)).rejects.toThrow("is held by");
    expect((await context.ledger.read()).records.size).toBe(0);
  });

  test("keeps the recorded schema of a newer update when an older commit is deployed", async () => {
    scene.commit(filledStackFile());
    await scene.happened({ record: { schema: { version: 9, worksBackTo: 4 } } });
    expect((await up(scene.context(), yes)).schema).toEqual({ version: 9, worksBackTo: 4 });
  });
});

describe("preview", () => {
  test("reports example values in the committed files without failing, as in a plan", async () => {
    scene.commit(filledStackFile());
    await preview(scene.context());
    const [call] = scene.calls();
    expect(call?.args.slice(0, 5)).toEqual(["preview", "--stack", "staging", "--policy-pack", "policy"]);
    expect(JSON.parse(call?.policyConfig ?? "")).toEqual({
      "disallow-example-values": "advisory",
      "require-alert-receivers": "advisory",
    });
  });

  test("with --json names the violated policy, which Pulumi's own JSON omits", async () => {
    scene.commit(filledStackFile());
    const { stdout, exit } = readCliFixture("preview-policy-violation-json");
    const events = JSON.stringify({
      policyEvent: { policyName: "require-pinned-images", enforcementLevel: "mandatory", message: "" },
    });
    scene.answer({ preview: { stdout, exit, events } });
    const { preview: found, failure } = await preview(scene.context(), { json: true });
    expect(found).toHaveProperty("steps");
    expect(failure?.message).toContain('"require-pinned-images"');
    expect(scene.live.join("")).toBe("");
  });

  test("fails on changes with --expect-no-changes", async () => {
    scene.commit(filledStackFile());
    scene.answer({
      preview: { stderr: "error: no changes were expected but changes were proposed\n", exit: 7 },
    });
    await expect(preview(scene.context(), { expectNoChanges: true, refresh: true })).rejects.toThrow(
      "differs from the program",
    );
    expect(scene.calls()[0]?.args).toEqual(expect.arrayContaining(["--expect-no-changes", "--refresh"]));
  });
});

describe("destroy", () => {
  const state = (protect: boolean) => {
    const exported = JSON.parse(readCliFixture("stack-export").stdout);
    exported.deployment.resources.at(-1).protect = protect;
    return { "stack export": { stdout: JSON.stringify(exported) } };
  };

  test("of production requires the stack name; --yes is not enough", async () => {
    scene.answer(state(false));
    const context = (typed?: string) => scene.context("production", typed);
    await expect(destroy(context(), { yes: true, interactive: false })).rejects.toThrow(
      "must be confirmed by typing its name",
    );
    await expect(destroy(context("staging"), { yes: true, interactive: true })).rejects.toThrow(
      "does not match what was typed",
    );
    expect(scene.verbs()).not.toContain("destroy");
    await destroy(context("production"), { yes: false, interactive: true });
    expect(scene.verbs().filter((verb) => verb === "destroy")).toHaveLength(1);
  });

  test("names protected resources and destroys nothing", async () => {
    scene.answer(state(true));
    await expect(destroy(scene.context(), { yes: true, interactive: false })).rejects.toThrow(
      /has 1 protected resources: \S+ \(\S+\)/,
    );
    expect(scene.verbs()).not.toContain("destroy");
  });

  test("of staging asks for confirmation", async () => {
    await expect(destroy(scene.context(), { yes: false, interactive: false })).rejects.toThrow("Add --yes");
    await destroy(scene.context(), { yes: true, interactive: false });
    expect(scene.calls().at(-1)?.args.slice(0, 4)).toEqual(["destroy", "--stack", "staging", "--yes"]);
  });
});

test("the package environment cannot be deployed, because it has no stack", () => {
  expect(() => parseDeployableEnvironment("package")).toThrow("rendered into the release package");
});
