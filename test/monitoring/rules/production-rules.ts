import {
  isAlert,
  type RecordingRule,
  type RuleOptions,
  ruleGroups,
} from "../../../components/monitoring/rules/index.ts";

/** Production with all optional components in the cluster, so that every alert exists. */
export const PRODUCTION_RULE_OPTIONS: RuleOptions = {
  environment: "production",
  redis: { kind: "in-cluster" },
  database: { kind: "in-cluster" },
  certificates: { publicLifetimeDays: 45, internalLifetimeDays: 365 },
  alertmanagerReplicas: 2,
  logShipping: true,
  discovery: true,
  auditLog: true,
  backups: true,
};

export const RULE_GROUPS = ruleGroups(PRODUCTION_RULE_OPTIONS);

export const RULES = RULE_GROUPS.flatMap(({ rules }) => rules);

export const ALERTS = RULES.filter(isAlert);

export const RECORDINGS = RULES.filter((rule): rule is RecordingRule => !isAlert(rule));
