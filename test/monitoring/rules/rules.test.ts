import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import {
  BURN_WINDOWS,
  FAMILIES,
  isAlert,
  type RuleOptions,
  renderRuleFile,
  ruleGroups,
  SEVERITIES,
  SLOS,
  TEAMS,
} from "../../../components/monitoring/rules/index.ts";
import { ALERTS, PRODUCTION_RULE_OPTIONS, RECORDINGS, RULE_GROUPS, RULES } from "./production-rules.ts";
import { parsePromql } from "./promql.ts";

function alertNames(options: Partial<RuleOptions>): string[] {
  return ruleGroups({ ...PRODUCTION_RULE_OPTIONS, ...options })
    .flatMap(({ rules }) => rules)
    .filter(isAlert)
    .map(({ alert }) => alert);
}

/** The alerts that production has and an environment with other options has not. */
function alertsRemovedBy(options: Partial<RuleOptions>): string[] {
  const left = new Set(alertNames(options));
  return alertNames({}).filter((name) => !left.has(name));
}

describe("an alert tells whom it calls and what to do", () => {
  test("there are at least forty, with names of their own", () => {
    expect(ALERTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ALERTS.map(({ alert }) => alert)).size).toBe(ALERTS.length);
  });

  test("each has a severity, a team, both texts and its page", () => {
    for (const { alert, labels, annotations } of ALERTS) {
      expect(SEVERITIES).toContain(labels.severity);
      expect(TEAMS).toContain(labels.team);
      expect(annotations.summary).not.toBe("");
      expect(annotations.description).toMatch(/[.!]$/);
      expect(annotations.runbook_url.toLowerCase()).toContain(`.md#${alert.toLowerCase()}`);
    }
  });

  test("runbooks can be published elsewhere", () => {
    const groups = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, runbookBase: "https://wiki.example.com/vr" });
    const urls = groups
      .flatMap(({ rules }) => rules.filter(isAlert))
      .map((rule) => rule.annotations.runbook_url);
    expect(urls[0]).toBe("https://wiki.example.com/vr/game-server.md#gameserversalldown");
    expect(urls.every((url) => url.startsWith("https://wiki.example.com/vr/"))).toBe(true);
  });
});

describe("a rule file is what Prometheus reads", () => {
  test("it holds the groups as they are, recordings before the alerts that read them", () => {
    expect(parse(renderRuleFile(RULE_GROUPS))).toEqual({ groups: RULE_GROUPS });
    const names = RULE_GROUPS.map(({ name }) => name);
    expect(names.slice(-FAMILIES.length)).toEqual([...FAMILIES]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("a recording's name says level, metric and operations", () => {
    for (const { record } of RECORDINGS) expect(record).toMatch(/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/);
  });

  test("no expression has a line break, which would make the file hard to read", () => {
    expect(RULES.filter(({ expr }) => expr.includes("\n"))).toEqual([]);
  });
});

describe("an environment has the alerts that can fire there", () => {
  test("a managed Redis has no exporter: CloudWatch has its alarms", () => {
    expect(alertsRemovedBy({ redis: { kind: "elasticache" } })).toEqual([
      "RedisDown",
      "RedisWritesNotLogged",
      "RedisRewriteFailing",
      "RedisMemoryHigh",
      "RedisEvictsKeys",
      "RedisClientsNearLimit",
      "RedisConnectionsRejected",
    ]);
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, redis: { kind: "elasticache" } }).flatMap(
      (group) => group.rules,
    );
    expect(rules.filter(({ expr }) => expr.includes('job="redis"'))).toEqual([]);
  });

  test("a database that is not ours has no exporter", () => {
    expect(alertsRemovedBy({ database: { kind: "rds" } })).toEqual([
      "PostgresDown",
      "PostgresConnectionsNearLimit",
      "PostgresTransactionLong",
      "PostgresDeadlocks",
      "PostgresRollbacksHigh",
      "PostgresCacheHitsLow",
      "WalArchiveBehind",
      "WalArchiveEmpty",
      "WalArchiveFailing",
    ]);
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, database: { kind: "rds" } }).flatMap(
      (group) => group.rules,
    );
    expect(rules.filter(({ expr }) => expr.includes('job="postgres"'))).toEqual([]);
  });

  test("logs that stay on standard output are not shipped", () => {
    const gone = alertsRemovedBy({ logShipping: false });
    expect(gone).toHaveLength(6);
    expect(gone.every((name) => name.startsWith("Log"))).toBe(true);
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, logShipping: false }).flatMap(
      (group) => group.rules,
    );
    expect(rules.filter(({ expr }) => expr.includes('job="fluent-bit"'))).toEqual([]);
  });

  test("without backups none can be late", () => {
    const groups = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, backups: false });
    expect(groups.map(({ name }) => name)).not.toContain("backup");
  });

  test("one Alertmanager has no peer to lose", () => {
    expect(alertsRemovedBy({ alertmanagerReplicas: 1 })).toEqual(["AlertmanagerClusterSplit"]);
  });

  test("a certificate's shares follow its lifetime", () => {
    const certificates = { publicLifetimeDays: 47, internalLifetimeDays: 365 };
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, certificates }).flatMap((group) => group.rules);
    const expiring = rules.find((rule) => isAlert(rule) && rule.alert === "PublicCertificateExpiring");
    expect(expiring?.expr).toContain("/ 4060800 < 0.1");
  });

  test("each environment expects servers of its own", () => {
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, environment: "staging" }).flatMap(
      (group) => group.rules,
    );
    const wrong = rules.find((rule) => isAlert(rule) && rule.alert === "GameServerWrongEnvironment");
    expect(wrong?.expr).toContain('environment!="staging"');
  });
});

describe("an error budget can burn at every speed of the table", () => {
  test("the fastest burn of each SLO stays below all events", () => {
    const fastest = Math.max(...BURN_WINDOWS.map(({ factor }) => factor));
    for (const { objective } of SLOS) expect(fastest * (1 - objective)).toBeLessThan(1);
  });

  test("each window of the table is recorded for each SLO, and each row stands in an alert", () => {
    const windows = new Set(BURN_WINDOWS.flatMap(({ long, short }) => [long, short]));
    for (const { name } of SLOS) {
      const own = RECORDINGS.filter(({ labels }) => labels?.slo === name).map(
        ({ record }) => record as string,
      );
      expect(own).toEqual(
        expect.arrayContaining([...windows].map((window) => `slo:errors:ratio_rate${window}`)),
      );
      const read = ALERTS.filter(({ expr }) => expr.includes(`slo="${name}"`)).flatMap(
        ({ expr }) => parsePromql(expr).selectors,
      );
      expect(read).toHaveLength(2 * BURN_WINDOWS.length);
    }
  });
});
