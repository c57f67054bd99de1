import type { AlertDefinition } from "../alert-definition.ts";
import { LOGGING } from "../thresholds.ts";

const FLUENT_BIT_JOB = 'job="fluent-bit"';

/** Log shipping alerts. */
export function loggingAlerts(): AlertDefinition[] {
  const rate = (metric: string): string => `sum by (job, pod) (rate(${metric}{${FLUENT_BIT_JOB}}[10m]))`;
  return [
    {
      name: "LogShipperDown",
      expr: `up{${FLUENT_BIT_JOB}} == 0`,
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "Log shipper {{ $labels.pod }} does not respond",
      description: "The logs of its node wait on disk and are lost when they are rotated.",
    },
    {
      name: "LogShipperMissing",
      expr: `count(kube_node_info{job="kube-state-metrics"}) > count(up{${FLUENT_BIT_JOB}} == 1)`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "Some nodes have no log shipper",
      description: "The logs of these nodes are not shipped.",
    },
    {
      name: "LogRecordsDropped",
      expr: `sum by (job, pod) (increase(fluentbit_output_dropped_records_total{${FLUENT_BIT_JOB}}[10m])) > 0`,
      for: "0s",
      severity: "critical",
      team: "platform",
      summary: "Log shipper {{ $labels.pod }} drops records",
      description: "Logs are lost permanently, possibly audit records too.",
    },
    {
      name: "LogRetriesExhausted",
      expr: `sum by (job, pod) (increase(fluentbit_output_retries_failed_total{${FLUENT_BIT_JOB}}[10m])) > 0`,
      for: "0s",
      severity: "critical",
      team: "platform",
      summary: "Log shipper {{ $labels.pod }} gave up on a chunk of logs",
      description: "The destination did not accept it within all retries; its records are lost.",
    },
    {
      name: "LogShippingFailing",
      expr: `${rate("fluentbit_output_errors_total")} > ${LOGGING.errorsPerSecond}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "Log shipper {{ $labels.pod }} has output errors",
      description: "It retries; records are lost when its buffer is full.",
    },
    {
      name: "LogShippingStalled",
      expr: `${rate("fluentbit_input_records_total")} > 0 and on (job, pod) ${rate("fluentbit_output_proc_records_total")} == 0`,
      for: "10m",
      severity: "critical",
      team: "platform",
      summary: "Log shipper {{ $labels.pod }} reads logs but ships none",
      description: "Its output hangs; records are lost when its buffer is full.",
    },
  ];
}
