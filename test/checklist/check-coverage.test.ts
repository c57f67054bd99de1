import { describe, expect, test } from "@jest/globals";
import {
  compareWithDeclaredChecks,
  type DeclaredCheck,
  requiredCheckOf,
} from "../../checklist/check-coverage.ts";
import { drills, probeNamesBySuite, staticCheckNames, trendNames } from "../../checklist/check-names.ts";
import { REGISTRY } from "../../checklist/evaluation/registry.ts";
import { itemById, items } from "../../checklist/items/index.ts";
import { declaredChecks } from "../../checklist/report/checklist-report.ts";
import type { ChecklistItem } from "../../checklist/types.ts";

const probes = Object.entries(probeNamesBySuite).flatMap(([suite, names]) =>
  names.map((name) => `${suite}/${name}`),
);
const drillNames = Object.keys(drills).map((name) => `drill/${name}`);
const names = [...staticCheckNames, ...probes, ...trendNames, ...drillNames];

const required = items.flatMap((item) => requiredCheckOf(item) ?? []);

/** Declarations that satisfy all real items. */
const complete: readonly DeclaredCheck[] = [
  {
    kind: "rule",
    name: "all-policy-items",
    items: items.filter((item) => requiredCheckOf(item)?.by === "policy").map(({ id }) => id),
  },
  ...names.map((name): DeclaredCheck => {
    const own = required.flatMap((one) => (one.by === "check" && one.name === name ? [one] : []));
    return { kind: "check", name, findings: own.flatMap(({ finding }) => finding ?? []) };
  }),
];

describe("items without their check are reported", () => {
  test("nothing is reported if all items and checks match", () => {
    expect(compareWithDeclaredChecks(items, complete)).toEqual({
      unmet: [],
      invalidReferences: [],
      unusedChecks: [],
    });
  });

  test("an item is reported if its policy rule was deleted", () => {
    const id = "pre.critical.env.http-api-enabled";
    const without = complete.map((check) =>
      check.kind === "rule" ? { ...check, items: check.items.filter((one) => one !== id) } : check,
    );
    expect(compareWithDeclaredChecks(items, without).unmet).toEqual([
      { subject: id, problem: "no policy rule lists it" },
    ]);
  });

  test("every item of a deleted check is reported", () => {
    const without = complete.filter(({ name }) => name !== "verify/rate-limiting");
    expect(compareWithDeclaredChecks(items, without).unmet).toEqual([
      {
        subject: "post.verification.rate-limiting.refused",
        problem: 'check "verify/rate-limiting" does not exist',
      },
      {
        subject: "post.verification.rate-limiting.fair",
        problem: 'check "verify/rate-limiting" does not exist',
      },
    ]);
  });

  test("an item is reported if its check no longer has the finding", () => {
    const without = complete.map((check) =>
      check.name === "verify/scene-whitelist" ? { ...check, findings: ["unlisted"] } : check,
    );
    expect(compareWithDeclaredChecks(items, without).unmet).toEqual([
      {
        subject: "post.verification.whitelist.enforced",
        problem: 'check "verify/scene-whitelist" has no finding "enforced"',
      },
    ]);
  });

  test("an item that requires a suite is reported if the suite has no checks", () => {
    const without = complete.filter(({ name }) => !name.startsWith("features/"));
    expect(compareWithDeclaredChecks(items, without).unmet).toContainEqual({
      subject: "pre.critical.tests.features",
      problem: 'check "features/*" does not exist',
    });
  });
});

describe("rules and checks with invalid or no items are reported", () => {
  const rule = (...ids: string[]): DeclaredCheck => ({ kind: "rule", name: "no-root", items: ids });

  test("a rule with a misspelt item is reported", () => {
    expect(
      compareWithDeclaredChecks(items, [...complete, rule("pre.security.containers-hardend")])
        .invalidReferences,
    ).toEqual([{ subject: "no-root", problem: 'item "pre.security.containers-hardend" does not exist' }]);
  });

  test("a rule cannot verify an item of a live check or a signature", () => {
    expect(
      compareWithDeclaredChecks(items, [
        ...complete,
        rule("deploy.smoke.health", "sign-off.deployment.tech-lead"),
      ]).invalidReferences,
    ).toEqual([
      {
        subject: "no-root",
        problem:
          'item "deploy.smoke.health" is verified by check "smoke/health-endpoint", not by a policy rule',
      },
      {
        subject: "no-root",
        problem: 'item "sign-off.deployment.tech-lead" is verified by a signature, not by a policy rule',
      },
    ]);
  });

  test("a rule and a check that verify no item are reported", () => {
    const unused: DeclaredCheck = { kind: "check", name: "verify/coffee" };
    expect(compareWithDeclaredChecks([], [rule(), unused]).unusedChecks).toEqual([
      "no-root",
      "verify/coffee",
    ]);
  });
});

test("every item that needs a check has an implemented one, and every rule and check verifies an item", () => {
  const { unmet, invalidReferences, unusedChecks } = compareWithDeclaredChecks(
    items,
    declaredChecks(REGISTRY),
  );
  expect({ unmet, invalidReferences }).toEqual({ unmet: [], invalidReferences: [] });
  // These two belong to items only as parts of their suite, which verifies the whole of it.
  expect(unusedChecks).toEqual([]);
});

describe("check names", () => {
  test("there are ten verification checks, ten smoke tests, 34 system checks and eight features", () => {
    const sizes = Object.fromEntries(
      Object.entries(probeNamesBySuite).map(([suite, own]) => [suite, own.length]),
    );
    expect(sizes).toMatchObject({ verify: 10, smoke: 10, health: 34, features: 8 });
  });

  test("every check is required by an item, except two smoke tests and the attacks, which are required with their suite", () => {
    expect(names.filter((name) => !/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const requiredNames = new Set(required.map((one) => (one.by === "check" ? one.name : "")));
    const onlyWithSuite = ["smoke/authentication", "smoke/rate-limiting"];
    const alone = names.filter((name) => !name.startsWith("security/"));
    expect(alone.filter((name) => !requiredNames.has(name))).toEqual(onlyWithSuite);
    expect(requiredNames).toContain("security/*");
  });

  test("a drill expires within a year, and a database restore within five weeks", () => {
    expect(Object.values(drills).every(({ maxAgeDays }) => maxAgeDays > 0 && maxAgeDays <= 365)).toBe(true);
    expect(drills["database-restore"].maxAgeDays).toBeLessThanOrEqual(35);
  });

  test("only signed items require no check", () => {
    const signed = items.filter((item) => requiredCheckOf(item) === undefined);
    expect(new Set(signed.map(({ method }) => method))).toEqual(new Set(["human"]));
    expect(signed).toHaveLength(items.filter(({ method }) => method === "human").length);
  });

  test("each method requires its own kind of check", () => {
    const requiredBy = (item: ChecklistItem | undefined) =>
      item === undefined ? undefined : requiredCheckOf(item);
    expect(requiredBy(itemById("pre.critical.build.size"))).toEqual({ by: "check", name: "release/size" });
    expect(requiredBy(itemById("pre.testing.rollback"))).toEqual({ by: "check", name: "drill/rollback" });
    expect(requiredBy(itemById("post.first-hour.health.memory"))).toEqual({
      by: "check",
      name: "trend/memory",
    });
    expect(requiredBy(itemById("post.verification.api-health.body"))).toEqual({
      by: "check",
      name: "verify/api-health",
      finding: "body",
    });
  });
});
