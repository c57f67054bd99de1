import { monitoringRule } from "../../lib/monitoring-rule.ts";
import { yamlList } from "../../lib/yaml-files.ts";

export const requirePrometheus = monitoringRule({
  name: "require-prometheus",
  items: ["pre.high.monitoring.prometheus"],
  description:
    "Game servers are deployed with a Prometheus that evaluates rules and reaches an Alertmanager.",
  explanation: "Without it, an operator learns of a failure from the players.",
  remediation: "Set monitoring.kind to in-cluster, and keep rule_files and alerting in prometheus.yml.",
  workload: "prometheus",
  file: "prometheus.yml",
  problems: (config) => [
    ...(yamlList(config, "rule_files").length > 0 ? [] : ["prometheus.yml loads no rule files"]),
    ...(yamlList(config, "alerting", "alertmanagers").length > 0
      ? []
      : ["prometheus.yml names no Alertmanager"]),
  ],
});
