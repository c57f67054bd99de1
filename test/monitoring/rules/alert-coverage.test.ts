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

describe("whoever is woken up finds a tested alert and its runbook", () => {
  test("every alert has cases and a runbook heading with its five parts, and none is orphaned", () => {
    expect(coverageGaps(ALERTS, COVERAGE_INPUTS)).toEqual([]);
  });

  test("every recording rule has a case", () => {
    expect(
      TESTED_RECORDINGS.filter(({ scenarios }) => scenarios.length === 0).map(({ name }) => name),
    ).toEqual([]);
  });

  test("every runbook belongs to a family, and every family has one", () => {
    expect([...new Set(RUNBOOK_HEADINGS.map(({ page }) => page))]).toEqual(
      FAMILIES.map((name) => `${name}.md`).sort(),
    );
  });

  test("no link between runbooks leads nowhere", () => {
    expect(brokenLinks(RUNBOOK_HEADINGS)).toEqual([]);
  });
});

describe("what is forgotten is named", () => {
  test("an alert that somebody adds without a test and a runbook", () => {
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

  test("a case that stays when its alert goes", () => {
    const without = ALERTS.filter(({ alert }) => alert !== first.alert);
    expect(coverageGaps(without, COVERAGE_INPUTS)).toEqual([
      `${first.alert}: a case, but no alert`,
      `${first.alert}: a heading, but no alert`,
    ]);
  });

  test("cases without their quiet side or without the look just before", () => {
    const cases = ALERT_CASES.map((one) => {
      const { notYetAt: _, ...rest } = one;
      return one.alert === first.alert ? { ...rest, notFiring: [] } : one;
    });
    expect(coverageGaps(ALERTS, { ...COVERAGE_INPUTS, cases })).toEqual([
      `${first.alert}: no case in which it stays quiet`,
      `${first.alert}: a case that does not look just before it fires`,
    ]);
  });

  test("an alert that stays up, when no case ends its cause", () => {
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

  test("a link to a heading that was renamed", () => {
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
