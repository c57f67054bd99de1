import {
  isAlert,
  type RecordingRule,
  type RuleOptions,
  ruleGroups,
} from "../../../components/monitoring/rules/index.ts";

/** Production with everything in the cluster: the environment that has every alert. */
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
