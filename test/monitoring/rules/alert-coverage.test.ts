import { describe, expect, test } from "@jest/globals";
import { FAMILIES } from "../../../components/monitoring/rules/index.ts";
import { coverageGaps } from "./alert-coverage.ts";
import { ALERT_CASES } from "./cases/index.ts";
import { ALERTS } from "./production-rules.ts";
import { brokenLinks, parseHeadings, readRunbookHeadings } from "./runbook.ts";
import { TESTED_RECORDINGS } from "./tested-rules.ts";

const RUNBOOK_HEADINGS = readRunbookHeadings();
const COVERAGE_INPUTS = { cases: ALERT_CASES, headings: RUNBOOK_HEADINGS };

const [first] = ALERTS;
if (first === undefined) throw new Error("There is no alert.");

describe("every alert has tests and a runbook", () => {
  test("every alert has cases and a complete runbook section, and no case or section is orphaned", () => {
    expect(coverageGaps(ALERTS, COVERAGE_INPUTS)).toEqual([]);
  });

  test("every recording rule has a case", () => {
    expect(
      TESTED_RECORDINGS.filter(({ scenarios }) => scenarios.length === 0).map(({ name }) => name),
    ).toEqual([]);
  });

  test("every alert group has exactly one runbook", () => {
    expect([...new Set(RUNBOOK_HEADINGS.map(({ page }) => page))]).toEqual(
      FAMILIES.map((name) => `${name}.md`).sort(),
    );
  });

  test("all links between runbooks resolve", () => {
    expect(brokenLinks(RUNBOOK_HEADINGS)).toEqual([]);
  });
});

describe("a missing part is reported:", () => {
  test("an alert without a test and a runbook", () => {
    const added = {
      ...first,
      alert: "Forgotten",
      annotations: { ...first.annotations, runbook_url: "https://example.com/redis.md#forgotten" },
    };
    expect(coverageGaps([...ALERTS, added], COVERAGE_INPUTS)).toEqual([
      "Forgotten: no case in which it fires",
      "Forgotten: no case in which it stays quiet",
      "Forgotten: no runbook heading at https://example.com/redis.md#forgotten",
    ]);
  });

  test("a case for a removed alert", () => {
    const without = ALERTS.filter(({ alert }) => alert !== first.alert);
    expect(coverageGaps(without, COVERAGE_INPUTS)).toEqual([
      `${first.alert}: a case, but no alert`,
      `${first.alert}: a heading, but no alert`,
    ]);
  });

  test("cases without a negative case or without the evaluation just before", () => {
    const cases = ALERT_CASES.map((one) => {
      const { notYetAt: _, ...rest } = one;
      return one.alert === first.alert ? { ...rest, notFiring: [] } : one;
    });
    expect(coverageGaps(ALERTS, { ...COVERAGE_INPUTS, cases })).toEqual([
      `${first.alert}: no case in which it stays quiet`,
      `${first.alert}: a case that does not look just before it fires`,
    ]);
  });

  test("an alert with keep_firing_for and no case in which its cause ends", () => {
    const cases = ALERT_CASES.map(({ keepsFiring: _, ...one }) => one);
    expect(coverageGaps(ALERTS, { ...COVERAGE_INPUTS, cases })).toEqual([
      "PublicEndpointDown: no case in which its cause ends",
      "TelemetryEndpointDown: no case in which its cause ends",
    ]);
  });

  test.each([
    ["Impact", /^\*\*Impact\.\*\*.*$/m, ["Impact", "Diagnosis", "Mitigation", "Escalation"]],
    ["the commands", /```sh\n[\s\S]*?```/, ["Diagnosis"]],
    ["the text of the escalation", /(?<=\*\*Escalation\.\*\*)[\s\S]*$/, ["Escalation"]],
  ])("a runbook heading without %s", (_, part, missing) => {
    const headings = RUNBOOK_HEADINGS.map((heading) =>
      heading.title === first.alert ? { ...heading, text: heading.text.replace(part, "") } : heading,
    );
    expect(coverageGaps(ALERTS, { ...COVERAGE_INPUTS, headings })).toEqual(
      missing.map((name) => `${first.alert}: its runbook lacks ${name}`),
    );
  });

  test("a link to a renamed heading", () => {
    const page = parseHeadings(
      "redis.md",
      "# Redis\n\n## RedisDown\n\nSee [it](#redisgone) or [them](gone.md).\n",
    );
    expect(brokenLinks(page)).toEqual([
      "redis.md RedisDown -> redis.md#redisgone",
      "redis.md RedisDown -> gone.md",
    ]);
  });
});
