import type { Violation } from "../../input-node.ts";
import { type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import { alertRules, workloadFileViolations } from "../../lib/monitoring-rule.ts";
import { yamlList, yamlText } from "../../lib/yaml-files.ts";
import type { Rule } from "../../rule.ts";

/** Outputs that leave the records on the node. */
const LOCAL_OUTPUTS = ["stdout", "null", "file", "counter"];

/** Fluent Bit counts a lost record in one of these metrics. */
const LOSS_METRICS = ["fluentbit_output_dropped_records_total", "fluentbit_output_retries_failed_total"];

export const requireLogShipping: Rule<Pod> = {
  name: "require-log-shipping",
  items: ["pre.monitoring.logs-shipped"],
  description: "Logs are shipped off the node, and an alert fires when records are lost.",
  explanation: "The log of a lost node is what an operator needs to find out why it was lost.",
  remediation:
    "Set logs.kind to cloudwatch or loki, and keep the alerts of components/monitoring/rules/alerts on lost records.",
  environments: ["staging", "production"],
  subjects: (context) => podsOfWorkloads(context, "game-server"),
  check: (gameServer, context): Violation[] => [
    ...workloadFileViolations(gameServer, context, {
      workload: "fluent-bit",
      file: "fluent-bit.yaml",
      problems: (config) => {
        const names = yamlList(config, "pipeline", "outputs").map((output) => yamlText(output, "name"));
        return names.length > 0 && !names.some((name) => LOCAL_OUTPUTS.includes(name))
          ? []
          : ["not every output of fluent-bit.yaml leaves the node"];
      },
    }),
    ...workloadFileViolations(gameServer, context, {
      workload: "prometheus",
      file: "rules.yml",
      problems: (rules) =>
        LOSS_METRICS.filter(
          (metric) => !alertRules(rules).some(({ expression }) => expression.includes(metric)),
        ).map((metric) => `no alert has an expression over ${metric}`),
    }),
  ],
};
