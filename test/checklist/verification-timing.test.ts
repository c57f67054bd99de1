import { describe, expect, test } from "@jest/globals";
import { itemById, items, itemsOfPhase, sectionById, sections } from "../../checklist/items/index.ts";
import { findFailingIds } from "../support/find-failing-ids.ts";

describe("an item can be proven at the time it is due", () => {
  const live = items.flatMap((item) => (item.method === "live" ? [{ ...item, check: item.check }] : []));

  test("nothing before a deployment asks the environment that is not there yet", () => {
    const asked = live.filter(({ phase }) => phase === "pre-deployment");
    expect(asked.length).toBeGreaterThan(0);
    expect(findFailingIds(asked, ({ check }) => check.target !== "environment")).toEqual([]);
  });

  test("until the deployment starts only an earlier release is asked", () => {
    const asked = live.filter(
      ({ id, check }) =>
        check.target === "environment" &&
        ["day-before", "two-hours-before"].includes(sectionById(itemById(id)?.section ?? "")?.timing ?? ""),
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(findFailingIds(asked, ({ appliesWhen }) => appliesWhen.includes("earlier-release"))).toEqual([]);
  });

  test("after a deployment the environment itself is asked, never staging, a trial build or the plan", () => {
    const after = itemsOfPhase("post-deployment");
    expect(
      findFailingIds(after, (item) => item.method !== "live" || item.check.target === "environment"),
    ).toEqual([]);
    expect(findFailingIds(after, (item) => item.method !== "static")).toEqual([]);
  });

  test("the platform is asked by preflight probes and nothing else is", () => {
    const wrong = findFailingIds(
      live,
      ({ check }) => (check.target === "platform") === check.probe.startsWith("preflight/"),
    );
    expect(wrong).toEqual([]);
  });

  test("a trial build answers for itself only, by what one process can show", () => {
    const candidates = live.filter(({ check }) => check.target === "candidate");
    expect(candidates).toHaveLength(6);
    const suites = new Set(candidates.map(({ check }) => check.probe.split("/")[0]));
    expect([...suites].sort()).toEqual(["features", "verify"]);
  });

  test("a trend looks back exactly as far as its section is late", () => {
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

  test("load is never put on the environment players are in", () => {
    expect(
      findFailingIds(live, ({ check }) => !check.probe.startsWith("load/") || check.target === "staging"),
    ).toEqual([]);
  });

  test("a signature is asked for only where no machine can know: one derived item and no smoke test", () => {
    expect(
      items
        .filter(({ source, method }) => source.kind === "derived" && method === "human")
        .map(({ id }) => id),
    ).toEqual(["deploy.preparation.preview"]);
    const signed = items.filter(({ method }) => method === "human");
    expect(signed.length).toBeLessThan(items.length / 7);
  });

  test("a package is reviewed and approved before it is deployed, a deployment signed after it", () => {
    const due = sections.flatMap(({ id, phase, timing }) =>
      phase === "sign-off" ? [`${id}: ${timing}`] : [],
    );
    expect(due).toEqual([
      "sign-off.package: before",
      "sign-off.approval: day-before",
      "sign-off.deployment: closing",
    ]);
  });

  test("a sign-off is given by the role it is named after", () => {
    const roles = items.filter(({ section }) =>
      ["sign-off.deployment", "sign-off.package"].includes(section),
    );
    expect(roles).toHaveLength(9);
    expect(findFailingIds(roles, ({ id, section, owner }) => id === `${section}.${owner}`)).toEqual([]);
  });
});
