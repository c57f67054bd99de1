import { describe, expect, test } from "@jest/globals";
import { FAMILIES } from "../../../components/monitoring/rules/index.ts";
import { ALERT_CASES } from "./cases/index.ts";
import { coverageGaps } from "./coverage.ts";
import { TESTED_RECORDINGS } from "./files.ts";
import { ALERTS } from "./production.ts";
import { brokenLinks, headingsOf, readHeadings } from "./runbook.ts";

const HEADINGS = readHeadings();
const BESIDE = { cases: ALERT_CASES, headings: HEADINGS };

const [first] = ALERTS;
if (first === undefined) throw new Error("There is no alert.");

describe("whoever is woken up finds a tested alert and its runbook", () => {
  test("every alert has cases and a runbook heading with its five parts, and none is orphaned", () => {
    expect(coverageGaps(ALERTS, BESIDE)).toEqual([]);
  });

  test("every recording rule has a case", () => {
    expect(
      TESTED_RECORDINGS.filter(({ scenarios }) => scenarios.length === 0).map(({ name }) => name),
    ).toEqual([]);
  });

  test("every runbook belongs to a family, and every family has one", () => {
    expect([...new Set(HEADINGS.map(({ page }) => page))]).toEqual(
      FAMILIES.map((name) => `${name}.md`).sort(),
    );
  });

  test("no link between runbooks leads nowhere", () => {
    expect(brokenLinks(HEADINGS)).toEqual([]);
  });
});

describe("what is forgotten is named", () => {
  test("an alert that somebody adds without a test and a runbook", () => {
    const added = {
      ...first,
      alert: "Forgotten",
      annotations: { ...first.annotations, runbook_url: "https://example.com/redis.md#forgotten" },
    };
    expect(coverageGaps([...ALERTS, added], BESIDE)).toEqual([
      "Forgotten: no case in which it fires",
      "Forgotten: no case in which it stays quiet",
      "Forgotten: no runbook heading at https://example.com/redis.md#forgotten",
    ]);
  });

  test("a case that stays when its alert goes", () => {
    const without = ALERTS.filter(({ alert }) => alert !== first.alert);
    expect(coverageGaps(without, BESIDE)).toEqual([
      `${first.alert}: a case, but no alert`,
      `${first.alert}: a heading, but no alert`,
    ]);
  });

  test("cases without their quiet side or without the look just before", () => {
    const cases = ALERT_CASES.map((one) => {
      const { notYetAt: _, ...rest } = one;
      return one.alert === first.alert ? { ...rest, quiet: [] } : one;
    });
    expect(coverageGaps(ALERTS, { ...BESIDE, cases })).toEqual([
      `${first.alert}: no case in which it stays quiet`,
      `${first.alert}: a case that does not look just before it fires`,
    ]);
  });

  test("an alert that stays up, when no case ends its cause", () => {
    const cases = ALERT_CASES.map(({ keeps: _, ...one }) => one);
    expect(coverageGaps(ALERTS, { ...BESIDE, cases })).toEqual([
      "PublicEndpointDown: no case in which its cause ends",
      "TelemetryEndpointDown: no case in which its cause ends",
    ]);
  });

  test.each([
    ["Impact", /^\*\*Impact\.\*\*.*$/m, ["Impact", "Diagnosis", "Mitigation", "Escalation"]],
    ["the commands", /```sh\n[\s\S]*?```/, ["Diagnosis"]],
    ["the text of the escalation", /(?<=\*\*Escalation\.\*\*)[\s\S]*$/, ["Escalation"]],
  ])("a runbook heading without %s", (_, part, missing) => {
    const headings = HEADINGS.map((heading) =>
      heading.title === first.alert ? { ...heading, text: heading.text.replace(part, "") } : heading,
    );
    expect(coverageGaps(ALERTS, { ...BESIDE, headings })).toEqual(
      missing.map((name) => `${first.alert}: its runbook lacks ${name}`),
    );
  });

  test("a link to a heading that was renamed", () => {
    const page = headingsOf(
      "redis.md",
      "# Redis\n\n## RedisDown\n\nSee [it](#redisgone) or [them](gone.md).\n",
    );
    expect(brokenLinks(page)).toEqual([
      "redis.md RedisDown -> redis.md#redisgone",
      "redis.md RedisDown -> gone.md",
    ]);
  });
});
