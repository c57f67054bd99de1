import type { Environment } from "../../shared/environments.ts";

/** `critical` pages the on-call engineer, `warning` posts a message, `info` is collected. */
export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The teams that alerts are routed to. */
export const TEAMS = ["game", "platform", "data", "security"] as const;
export type Team = (typeof TEAMS)[number];

/** A Prometheus duration in a single unit. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/** An alerting rule in the format of a Prometheus rule file. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must be true; absent if it fires immediately. */
  readonly for?: Duration;
  readonly keep_firing_for?: Duration;
  readonly labels: { readonly severity: Severity; readonly team: Team };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** A recording rule; its name is `level:metric:operations` (https://prometheus.io/docs/practices/rules/). */
export interface RecordingRule {
  readonly record: `${string}:${string}:${string}`;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Rule = AlertRule | RecordingRule;

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  /** @default the server's evaluation interval */
  readonly interval?: Duration;
  readonly rules: readonly Rule[];
}

/** What the rules of an environment depend on. */
export interface RuleOptions {
  readonly environment: Environment;
  /** Only in-cluster Redis has an append-only file to monitor. */
  readonly redis: { readonly kind: "in-cluster" | "elasticache" | "external" };
  /** Only in-cluster Postgres has an exporter and archives its own WAL. */
  readonly database: { readonly kind: "in-cluster" | "rds" | "external" };
  readonly certificates: {
    /** Days from issue to expiry of the public certificate; the shortest lifetime if the issuer may change it. */
    readonly publicLifetimeDays: number;
    /** Days from issue to end of the servers' own certificates. */
    readonly internalLifetimeDays: number;
  };
  /** Number of Alertmanager replicas; with one replica, there is no cluster to monitor. */
  readonly alertmanagerReplicas: number;
  /** Whether logs are shipped out of the cluster or only written to standard output. */
  readonly logShipping: boolean;
  /** Whether game servers discover each other; without discovery they have no peers and send no datagrams. */
  readonly discovery: boolean;
  /** Whether the game server writes an audit log. */
  readonly auditLog: boolean;
  /** Whether backup and restore drill run as CronJobs in this environment. */
  readonly backups: boolean;
  /** The base URL of the published `docs/runbooks`, without a trailing slash. @default DEFAULT_RUNBOOK_BASE */
  readonly runbookBase?: string;
}

/** Whether a rule is an alerting rule. */
export function isAlert(rule: Rule): rule is AlertRule {
  return "alert" in rule;
}
