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

/** The alerts of production that do not exist with other options. */
function alertsRemovedBy(options: Partial<RuleOptions>): string[] {
  const left = new Set(alertNames(options));
  return alertNames({}).filter((name) => !left.has(name));
}

describe("alert metadata", () => {
  test("there are at least forty alerts with unique names", () => {
    expect(ALERTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ALERTS.map(({ alert }) => alert)).size).toBe(ALERTS.length);
  });

  test("each alert has a severity, a team, a summary, a description and a runbook URL", () => {
    for (const { alert, labels, annotations } of ALERTS) {
      expect(SEVERITIES).toContain(labels.severity);
      expect(TEAMS).toContain(labels.team);
      expect(annotations.summary).not.toBe("");
      expect(annotations.description).toMatch(/[.!]$/);
      expect(annotations.runbook_url.toLowerCase()).toContain(`.md#${alert.toLowerCase()}`);
    }
  });

  test("the base URL of the runbooks is configurable", () => {
    const groups = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, runbookBase: "https://wiki.example.com/vr" });
    const urls = groups
      .flatMap(({ rules }) => rules.filter(isAlert))
      .map((rule) => rule.annotations.runbook_url);
    expect(urls[0]).toBe("https://wiki.example.com/vr/game-server.md#gameserversalldown");
    expect(urls.every((url) => url.startsWith("https://wiki.example.com/vr/"))).toBe(true);
  });
});

describe("the rule file", () => {
  test("contains all groups, with recording rules before the alerts that use them", () => {
    expect(parse(renderRuleFile(RULE_GROUPS))).toEqual({ groups: RULE_GROUPS });
    const names = RULE_GROUPS.map(({ name }) => name);
    expect(names.slice(-FAMILIES.length)).toEqual([...FAMILIES]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("names recording rules by level, metric and operations", () => {
    for (const { record } of RECORDINGS) expect(record).toMatch(/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/);
  });

  test("has no line breaks in expressions", () => {
    expect(RULES.filter(({ expr }) => expr.includes("\n"))).toEqual([]);
  });
});

describe("an environment has the alerts that can fire there", () => {
  test("a managed Redis has no exporter, because CloudWatch has its alarms", () => {
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

  test("an external database has no exporter", () => {
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

  test("without log shipping there are no logging alerts", () => {
    const gone = alertsRemovedBy({ logShipping: false });
    expect(gone).toHaveLength(6);
    expect(gone.every((name) => name.startsWith("Log"))).toBe(true);
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, logShipping: false }).flatMap(
      (group) => group.rules,
    );
    expect(rules.filter(({ expr }) => expr.includes('job="fluent-bit"'))).toEqual([]);
  });

  test("without discovery there are no mesh alerts, because a server has no peers and sends no datagrams", () => {
    const groups = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, discovery: false });
    expect(groups.map(({ name }) => name)).not.toContain("mesh");
  });

  test("without an audit log its silence is no alert", () => {
    expect(alertsRemovedBy({ auditLog: false })).toEqual(["AuditLogSilent"]);
  });

  test("without backups there are no backup alerts", () => {
    const groups = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, backups: false });
    expect(groups.map(({ name }) => name)).not.toContain("backup");
  });

  test("a single Alertmanager has no cluster alert", () => {
    expect(alertsRemovedBy({ alertmanagerReplicas: 1 })).toEqual(["AlertmanagerClusterSplit"]);
  });

  test("certificate thresholds depend on the configured lifetime", () => {
    const certificates = { publicLifetimeDays: 47, internalLifetimeDays: 365 };
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, certificates }).flatMap((group) => group.rules);
    const expiring = rules.find((rule) => isAlert(rule) && rule.alert === "PublicCertificateExpiring");
    expect(expiring?.expr).toContain(`< ${0.1 * 47 * 86_400}`);
  });

  test("each environment expects its own name in the metrics", () => {
    const rules = ruleGroups({ ...PRODUCTION_RULE_OPTIONS, environment: "staging" }).flatMap(
      (group) => group.rules,
    );
    const wrong = rules.find((rule) => isAlert(rule) && rule.alert === "GameServerWrongEnvironment");
    expect(wrong?.expr).toContain('environment!="staging"');
  });
});

describe("burn-rate windows", () => {
  test("the highest burn-rate threshold of each SLO is below an error ratio of 1", () => {
    const fastest = Math.max(...BURN_WINDOWS.map(({ factor }) => factor));
    for (const { objective } of SLOS) expect(fastest * (1 - objective)).toBeLessThan(1);
  });

  test("each window is recorded for each SLO, and each row is used by an alert", () => {
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
