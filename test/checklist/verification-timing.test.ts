import { describe, expect, test } from "@jest/globals";
import { itemById, items, itemsOfPhase, sectionById, sections } from "../../checklist/items/index.ts";
import { findFailingIds } from "../support/find-failing-ids.ts";

describe("an item can be verified when it is due", () => {
  const live = items.flatMap((item) => (item.method === "live" ? [{ ...item, check: item.check }] : []));

  test("no item before a deployment checks the environment, which may not exist yet", () => {
    const checked = live.filter(({ phase }) => phase === "pre-deployment");
    expect(checked.length).toBeGreaterThan(0);
    expect(findFailingIds(checked, ({ check }) => check.target !== "environment")).toEqual([]);
  });

  test("until the deployment starts, the environment is checked only if it has an earlier release", () => {
    const checked = live.filter(
      ({ id, check }) =>
        check.target === "environment" &&
        ["day-before", "two-hours-before"].includes(sectionById(itemById(id)?.section ?? "")?.timing ?? ""),
    );
    expect(checked.length).toBeGreaterThan(0);
    expect(findFailingIds(checked, ({ appliesWhen }) => appliesWhen.includes("earlier-release"))).toEqual([]);
  });

  test("after a deployment, items check the environment itself, not staging, a candidate build or the plan", () => {
    const after = itemsOfPhase("post-deployment");
    expect(
      findFailingIds(after, (item) => item.method !== "live" || item.check.target === "environment"),
    ).toEqual([]);
    expect(findFailingIds(after, (item) => item.method !== "static")).toEqual([]);
  });

  test("preflight checks, and only those, target the platform", () => {
    const wrong = findFailingIds(
      live,
      ({ check }) => (check.target === "platform") === check.probe.startsWith("preflight/"),
    );
    expect(wrong).toEqual([]);
  });

  test("a candidate build is checked only by suites that one process can pass", () => {
    const candidates = live.filter(({ check }) => check.target === "candidate");
    expect(candidates).toHaveLength(6);
    const suites = new Set(candidates.map(({ check }) => check.probe.split("/")[0]));
    expect([...suites].sort()).toEqual(["features", "verify"]);
  });

  test("the period of a trend equals the time since the deployment", () => {
    const windows: Readonly<Record<string, string>> = {
      deployment: "1h",
      "first-hour": "1h",
      "fourth-hour": "4h",
      "first-day": "24h",
    };
    const trending = live.flatMap(({ id, section, check }) =>
      "window" in check ? [{ id, section, check }] : [],
    );
    expect(trending.length).toBeGreaterThan(10);
    const wrong = findFailingIds(
      trending,
      ({ section, check }) => windows[sectionById(section)?.timing ?? ""] === check.window,
    );
    expect(wrong).toEqual([]);
  });

  test("load tests run on staging only", () => {
    expect(
      findFailingIds(live, ({ check }) => !check.probe.startsWith("load/") || check.target === "staging"),
    ).toEqual([]);
  });

  test("few items need a signature: one derived item, and less than a seventh of all", () => {
    expect(
      items
        .filter(({ source, method }) => source.kind === "derived" && method === "human")
        .map(({ id }) => id),
    ).toEqual(["deploy.preparation.preview"]);
    const signed = items.filter(({ method }) => method === "human");
    expect(signed.length).toBeLessThan(items.length / 7);
  });

  test("a package is signed before its deployment, and the deployment after it", () => {
    const due = sections.flatMap(({ id, phase, timing }) =>
      phase === "sign-off" ? [`${id}: ${timing}`] : [],
    );
    expect(due).toEqual([
      "sign-off.package: before",
      "sign-off.approval: day-before",
      "sign-off.deployment: closing",
    ]);
  });

  test("a sign-off belongs to the role in its id", () => {
    const roles = items.filter(({ section }) =>
      ["sign-off.deployment", "sign-off.package"].includes(section),
    );
    expect(roles).toHaveLength(9);
    expect(findFailingIds(roles, ({ id, section, owner }) => id === `${section}.${owner}`)).toEqual([]);
  });
});
