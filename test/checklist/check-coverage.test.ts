import { describe, expect, test } from "@jest/globals";
import {
  compareWithDeclaredChecks,
  type DeclaredCheck,
  requiredCheckOf,
} from "../../checklist/check-coverage.ts";
import { drills, probeNamesBySuite, staticCheckNames, trendNames } from "../../checklist/check-names.ts";
import { itemById, items } from "../../checklist/items/index.ts";
import type { ChecklistItem } from "../../checklist/types.ts";

const probes = Object.entries(probeNamesBySuite).flatMap(([suite, names]) =>
  names.map((name) => `${suite}/${name}`),
);
const drillNames = Object.keys(drills).map((name) => `drill/${name}`);
const names = [...staticCheckNames, ...probes, ...trendNames, ...drillNames];

const claims = items.flatMap((item) => requiredCheckOf(item) ?? []);

/** Declarations that meet every claim of the real items. */
const complete: readonly DeclaredCheck[] = [
  {
    kind: "rule",
    name: "all-policy-items",
    items: items.filter((item) => requiredCheckOf(item)?.by === "policy").map(({ id }) => id),
  },
  ...names.map((name): DeclaredCheck => {
    const own = claims.flatMap((claim) => (claim.by === "check" && claim.name === name ? [claim] : []));
    return { kind: "check", name, findings: own.flatMap(({ finding }) => finding ?? []) };
  }),
];

describe("an item that claims a check must have one", () => {
  test("when every claim is met nothing is reported, either way", () => {
    expect(compareWithDeclaredChecks(items, complete)).toEqual({ unmet: [], stray: [], unclaimed: [] });
  });

  test("an item whose policy rule was deleted is reported", () => {
    const id = "pre.critical.env.http-api-enabled";
    const without = complete.map((check) =>
      check.kind === "rule" ? { ...check, items: check.items.filter((one) => one !== id) } : check,
    );
    expect(compareWithDeclaredChecks(items, without).unmet).toEqual([
      { subject: id, problem: "no policy rule names it" },
    ]);
  });

  test("every item of a probe that was deleted is reported", () => {
    const without = complete.filter(({ name }) => name !== "verify/rate-limiting");
    expect(compareWithDeclaredChecks(items, without).unmet).toEqual([
      {
        subject: "post.verification.rate-limiting.refused",
        problem: 'no check is called "verify/rate-limiting"',
      },
      {
        subject: "post.verification.rate-limiting.fair",
        problem: 'no check is called "verify/rate-limiting"',
      },
    ]);
  });

  test("an item whose finding a probe no longer makes is reported", () => {
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

  test("a suite of which no probe is left proves nothing", () => {
    const without = complete.filter(({ name }) => !name.startsWith("features/"));
    expect(compareWithDeclaredChecks(items, without).unmet).toContainEqual({
      subject: "pre.critical.tests.features",
      problem: 'no check is called "features/*"',
    });
  });
});

describe("a check that claims an item must name one it can prove", () => {
  const rule = (...named: string[]): DeclaredCheck => ({ kind: "rule", name: "no-root", items: named });

  test("a rule that misspells an item is reported", () => {
    expect(
      compareWithDeclaredChecks(items, [...complete, rule("pre.security.containers-hardend")]).stray,
    ).toEqual([{ subject: "no-root", problem: 'no item is called "pre.security.containers-hardend"' }]);
  });

  test("a rule cannot stand in for a probe or for a signature", () => {
    expect(
      compareWithDeclaredChecks(items, [
        ...complete,
        rule("deploy.smoke.health", "sign-off.deployment.tech-lead"),
      ]).stray,
    ).toEqual([
      {
        subject: "no-root",
        problem:
          'item "deploy.smoke.health" is proven by check "smoke/health-endpoint", not by a policy rule',
      },
      {
        subject: "no-root",
        problem: 'item "sign-off.deployment.tech-lead" is proven by a signature, not by a policy rule',
      },
    ]);
  });

  test("a rule and a check that prove no item are reported", () => {
    const idle: DeclaredCheck = { kind: "check", name: "verify/coffee" };
    expect(compareWithDeclaredChecks([], [rule(), idle]).unclaimed).toEqual(["no-root", "verify/coffee"]);
  });
});

describe("the names items claim their checks by are the ones the product promises", () => {
  test("ten verification checks, ten smoke tests, 34 system checks and eight features", () => {
    const sizes = Object.fromEntries(
      Object.entries(probeNamesBySuite).map(([suite, own]) => [suite, own.length]),
    );
    expect(sizes).toMatchObject({ verify: 10, smoke: 10, health: 34, features: 8 });
  });

  test("every name is claimed by an item, save two smoke tests that their suite claims", () => {
    expect(names.filter((name) => !/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const claimed = new Set(claims.map((claim) => (claim.by === "check" ? claim.name : "")));
    const wholeSuites = ["smoke/authentication", "smoke/rate-limiting"];
    expect(names.filter((name) => !claimed.has(name))).toEqual(wholeSuites);
  });

  test("a drill grows stale within a year and a restore within five weeks", () => {
    expect(Object.values(drills).every(({ maxAgeDays }) => maxAgeDays > 0 && maxAgeDays <= 365)).toBe(true);
    expect(drills["database-restore"].maxAgeDays).toBeLessThanOrEqual(35);
  });

  test("only a signature claims no check", () => {
    const unclaiming = items.filter((item) => requiredCheckOf(item) === undefined);
    expect(new Set(unclaiming.map(({ method }) => method))).toEqual(new Set(["human"]));
    expect(unclaiming).toHaveLength(items.filter(({ method }) => method === "human").length);
  });

  test("each method claims by its own kind of name", () => {
    const kindOf = (item: ChecklistItem | undefined) =>
      item === undefined ? undefined : requiredCheckOf(item);
    expect(kindOf(itemById("pre.critical.build.size"))).toEqual({ by: "check", name: "release/size" });
    expect(kindOf(itemById("pre.testing.rollback"))).toEqual({ by: "check", name: "drill/rollback" });
    expect(kindOf(itemById("post.first-hour.health.memory"))).toEqual({ by: "check", name: "trend/memory" });
    expect(kindOf(itemById("post.verification.api-health.body"))).toEqual({
      by: "check",
      name: "verify/api-health",
      finding: "body",
    });
  });
});
