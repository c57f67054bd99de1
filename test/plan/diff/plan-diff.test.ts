import { describe, expect, test } from "@jest/globals";
import { formatDiff, formatDiffSummary } from "../../../plan/diff/format-diff.ts";
import { diffPlans, emptyPlan, isEmptyDiff } from "../../../plan/diff/plan-diff.ts";
import type { JsonObject } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import { committedPlan, createObject, createPlan, createResource, createWorkload } from "../plan-builders.ts";

/** The changed properties of an object between two specs. */
function changes(before: JsonObject, after: JsonObject) {
  const plans = [before, after].map((spec) =>
    createPlan(createObject("core/v1", "Thing", "thing", { spec })),
  );
  const [old, current] = plans;
  if (old === undefined || current === undefined) throw new Error("two plans are compared");
  return diffPlans(old, current).changed.flatMap((changed) => changed.changes);
}

describe("plan diff", () => {
  test("identical plans have no changes", () => {
    const plan = createPlan(createWorkload("Deployment", "gateway"));
    const diff = diffPlans(plan, structuredClone(plan));
    expect(isEmptyDiff(diff)).toBe(true);
    expect(formatDiff(diff)).toBe("local: no change\n");
  });

  test("every resource of a new environment is added", () => {
    const plan = createPlan(createWorkload("Deployment", "gateway"));
    const diff = diffPlans(emptyPlan(plan), plan);
    expect(diff.added.map(({ name }) => name)).toEqual(["spacetime-vr-local", "gateway-deployment"]);
    expect(diff.resources).toEqual({ before: 0, after: 2 });
  });

  test("a changed property has its path, its old and its new value", () => {
    expect(changes({ replicas: 2, gone: true }, { replicas: 3, fresh: { a: 1 } })).toEqual([
      { path: "spec.fresh", after: { a: 1 } },
      { path: "spec.gone", before: true },
      { path: "spec.replicas", before: 2, after: 3 },
    ]);
  });

  test("an added container does not change the other containers", () => {
    const container = (name: string, image = "x") => ({ name, image });
    expect(
      changes(
        { c: [container("a"), container("b")] },
        { c: [container("new"), container("a"), container("b", "y")] },
      ),
    ).toEqual([
      { path: "spec.c[b].image", before: "x", after: "y" },
      { path: "spec.c[new]", after: container("new") },
    ]);
  });

  test("a rule inserted at the start does not change the other rules", () => {
    expect(changes({ rules: [{ p: 1 }, { p: 2 }] }, { rules: [{ p: 0 }, { p: 1 }, { p: 2 }] })).toEqual([
      { path: "spec.rules[0]", after: { p: 0 } },
    ]);
  });

  test("a different order of environment variables is a change, because later ones may refer to earlier ones", () => {
    const [a, b] = [{ name: "A" }, { name: "B" }];
    expect(changes({ env: [a, b] }, { env: [b, a] })).toEqual([
      { path: "spec.env(order)", before: ["A", "B"], after: ["B", "A"] },
    ]);
  });

  test("a different order of object keys is no change", () => {
    expect(changes({ a: 1, b: { c: [{ x: 1, y: 2 }] } }, { b: { c: [{ y: 2, x: 1 }] }, a: 1 })).toEqual([]);
  });

  test("changed protection and dependencies are reported", () => {
    const plain = createResource("a:b:C", "store");
    const [change] = diffPlans(createPlan(plain), createPlan({ ...plain, protect: true })).changed;
    expect(change?.changes).toEqual([{ path: "(options).protect", before: false, after: true }]);
  });
});

describe("replacement and update", () => {
  const configMap = (name: string, level: string) => ({
    ...createObject("core/v1", "ConfigMap", name, { data: { LEVEL: level } }),
    urn: "urn:config",
    name: "environment",
  });

  test("a ConfigMap with a content hash in its name is reported as one replaced resource", () => {
    const diff = diffPlans(
      createPlan(configMap("env-1111111111", "info")),
      createPlan(configMap("env-2222222222", "debug")),
    );
    expect(diff).toMatchObject({ added: [], removed: [] });
    expect(diff.changed).toMatchObject([{ replaced: true, object: "game/env-2222222222" }]);
    expect(formatDiffSummary(diff)).toBe("local: 1 changed (1 replaced); 2 resources");
  });

  test("a rotated secret is replaced, and the diff shows its version and no value", () => {
    const bytes = (version: string) =>
      createResource("random:index/randomBytes:RandomBytes", "token", { keepers: { version }, length: 32 });
    const diff = diffPlans(createPlan(bytes("1")), createPlan(bytes("2")));
    expect(diff.changed).toMatchObject([
      { replaced: true, changes: [{ path: "keepers.version", before: "1", after: "2" }] },
    ]);
  });

  test("a changed image is updated in place", () => {
    const diff = diffPlans(
      createPlan(createWorkload("Deployment", "web")),
      createPlan(createWorkload("Deployment", "web", { replicas: 9 })),
    );
    expect(diff.changed).toMatchObject([{ replaced: false }]);
  });
});

describe("the text of a plan diff", () => {
  test("shows only the changed lines of a long file", () => {
    const config = (limit: number) =>
      createPlan(
        createObject("core/v1", "ConfigMap", "nginx", {
          data: { "nginx.conf": `a\nb\nlimit ${limit};\nc\n` },
        }),
      );
    const text = formatDiff(diffPlans(config(1), config(2)));
    expect(text).toContain('     data["nginx.conf"]:\n       - limit 1;\n       + limit 2;\n');
    expect(text).not.toMatch(/^\s+[ab]$/m);
  });

  test("shows where two long values differ", () => {
    const long = (end: string) => ({ value: `${"same ".repeat(60)}${end}` });
    const text = formatDiff(
      diffPlans(
        createPlan(createResource("a:b:C", "c", long("old"))),
        createPlan(createResource("a:b:C", "c", long("new"))),
      ),
      { width: 80 },
    );
    expect(text).toMatch(/- ….*old"\n.*\+ ….*new"\n/);
  });

  test("escapes control characters", () => {
    const evil = (text: string) => createPlan(createResource("a:b:C", "c", { value: `one\n${text}` }));
    expect(formatDiff(diffPlans(evil("two"), evil("\x1b[2Jtwo")))).not.toContain("\x1b");
  });

  test("names the ConfigMap of a changed variable and the workload that restarts", async () => {
    const [before, after] = [
      await committedPlan("production"),
      await planOf("production", (values) => {
        values.gameServer.variables = { ...values.gameServer.variables, GODOT_LOG_LEVEL: "warning" };
      }),
    ];
    const diff = diffPlans(before, after);
    expect(diff.changed.map(({ name, replaced }) => [name, replaced])).toEqual([
      ["game-server-environment", true],
      ["game-server-main-deployment", false],
    ]);
    expect(formatDiff(diff)).toContain('data.GODOT_LOG_LEVEL: "info" → "warning"');
  });
});
