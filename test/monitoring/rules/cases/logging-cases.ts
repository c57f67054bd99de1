import type { AlertCase } from "../rule-case.ts";

export const LOGGING_CASES: readonly AlertCase[] = [
  {
    alert: "LogShipperDown",
    series: {
      'up{job="fluent-bit",pod="fluent-bit-0"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "fluent-bit",
      pod: "fluent-bit-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Log shipper fluent-bit-0 does not respond",
    description: "The logs of its node wait on disk and are lost when they are rotated.",
    runbook: "logging.md#logshipperdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'up{job="fluent-bit",pod="fluent-bit-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "LogShipperMissing",
    series: {
      'kube_node_info{job="kube-state-metrics",node="node-a"}': "1",
      'kube_node_info{job="kube-state-metrics",node="node-b"}': "1",
      'up{job="fluent-bit",pod="fluent-bit-0"}': "1",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      team: "platform",
    },
    summary: "Some nodes have no log shipper",
    description: "The logs of these nodes are not shipped.",
    runbook: "logging.md#logshippermissing",
    notFiring: [
      {
        why: "one on each",
        series: {
          'kube_node_info{job="kube-state-metrics",node="node-a"}': "1",
          'up{job="fluent-bit",pod="fluent-bit-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "LogRecordsDropped",
    series: {
      'fluentbit_output_dropped_records_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
        "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      job: "fluent-bit",
      pod: "fluent-bit-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Log shipper fluent-bit-0 drops records",
    description: "Logs are lost permanently, possibly audit records too.",
    runbook: "logging.md#logrecordsdropped",
    notFiring: [
      {
        why: "some were dropped long ago",
        series: {
          'fluentbit_output_dropped_records_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
            "7",
        },
      },
    ],
  },
  {
    alert: "LogRetriesExhausted",
    series: {
      'fluentbit_output_retries_failed_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
        "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      job: "fluent-bit",
      pod: "fluent-bit-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Log shipper fluent-bit-0 gave up on a chunk of logs",
    description: "The destination did not accept it within all retries; its records are lost.",
    runbook: "logging.md#logretriesexhausted",
    notFiring: [
      {
        why: "some were given up long ago",
        series: {
          'fluentbit_output_retries_failed_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
            "7",
        },
      },
    ],
  },
  {
    alert: "LogShippingFailing",
    series: {
      'fluentbit_output_errors_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
        "1000+1.575",
    },
    evaluationInterval: "30s",
    notYetAt: "19m",
    firesAt: "19m30s",
    labels: {
      job: "fluent-bit",
      pod: "fluent-bit-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Log shipper fluent-bit-0 has output errors",
    description: "It retries; records are lost when its buffer is full.",
    runbook: "logging.md#logshippingfailing",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'fluentbit_output_errors_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
            "1000+1.425",
        },
      },
    ],
  },
  {
    alert: "LogShippingStalled",
    series: {
      'fluentbit_input_records_total{job="fluent-bit",pod="fluent-bit-0",name="tail.0"}': "+5",
      'fluentbit_output_proc_records_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
        "9",
    },
    evaluationInterval: "30s",
    notYetAt: "10m",
    firesAt: "10m30s",
    labels: {
      job: "fluent-bit",
      pod: "fluent-bit-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Log shipper fluent-bit-0 reads logs but ships none",
    description: "Its output hangs; records are lost when its buffer is full.",
    runbook: "logging.md#logshippingstalled",
    notFiring: [
      {
        why: "they are shipped",
        series: {
          'fluentbit_input_records_total{job="fluent-bit",pod="fluent-bit-0",name="tail.0"}': "+5",
          'fluentbit_output_proc_records_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
            "+5",
        },
      },
      {
        why: "there is nothing to ship",
        series: {
          'fluentbit_input_records_total{job="fluent-bit",pod="fluent-bit-0",name="tail.0"}': "5",
          'fluentbit_output_proc_records_total{job="fluent-bit",pod="fluent-bit-0",name="cloudwatch_logs.0"}':
            "9",
        },
      },
    ],
  },
];
