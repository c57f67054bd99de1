import fc from "fast-check";

const integerBetween = (min: number, max: number) => fc.integer({ min, max });
const disabled = fc.constant({ kind: "none" });
const cidrs = fc.constant(["185.12.64.0/24"]);
const exporter = fc.oneof(
  fc.constant({ kind: "own" }),
  fc.constant({ kind: "cluster", namespace: "kube-system" }),
);

const remoteWrite = fc.oneof(
  disabled,
  fc.constant({
    kind: "amazon-managed-prometheus",
    region: "eu-central-1",
    workspaceId: "ws-0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f",
  }),
  fc.record({
    kind: fc.constant("url"),
    url: fc.constantFrom("https://metrics.spacetime-vr.com/write", "https://metrics.spacetime-vr.com:9443"),
    cidrs,
  }),
);

const notifications = fc.record({
  email: fc.oneof(
    disabled,
    fc.record({
      kind: fc.constant("smtp"),
      host: fc.constant("smtp.spacetime-vr.com"),
      port: integerBetween(1, 65535),
      cidrs,
      from: fc.constant("alerts@spacetime-vr.com"),
      username: fc.constant("alerts"),
      to: fc.constant("operations@spacetime-vr.com"),
    }),
  ),
  slack: fc.oneof(
    disabled,
    fc.constant({
      kind: "webhook",
      channels: { game: "#game", platform: "#platform", data: "#data", security: "#security" },
    }),
  ),
  pagerduty: fc.oneof(disabled, fc.constant({ kind: "events" })),
  deadMansSwitch: fc.oneof(
    disabled,
    fc.constant({ kind: "webhook", url: "https://switch.spacetime-vr.com/ping" }),
  ),
});

/** An arbitrary valid `monitoring` section. */
export const arbitraryMonitoring = fc.oneof(
  disabled,
  fc.record({
    kind: fc.constant("in-cluster"),
    prometheus: fc.record({
      replicas: integerBetween(1, 2),
      storage: integerBetween(1, 9999).map((count) => `${count}Gi`),
      retentionDays: integerBetween(1, 400),
      resources: fc.constant({ cpu: "500m", memory: "1Gi" }),
      remoteWrite,
    }),
    alertmanager: fc.record({ replicas: integerBetween(1, 3) }),
    nodeExporter: exporter,
    kubeStateMetrics: exporter,
    kubelet: fc.record({ certificates: fc.constantFrom("cluster-authority", "self-signed") }),
    notifications,
  }),
);

/** An arbitrary valid `logs` section. */
export const arbitraryLogs = fc.oneof(
  fc.constant({ kind: "stdout" }),
  fc.record({
    kind: fc.constant("cloudwatch"),
    region: fc.constant("eu-central-1"),
    retentionDays: fc.constantFrom(1, 30, 60),
    auditRetentionDays: fc.constantFrom(90, 365, 2557),
    cidrs,
  }),
  fc.record(
    {
      kind: fc.constant("loki"),
      host: fc.constant("loki.spacetime-vr.com"),
      port: integerBetween(1, 65535),
      tenant: fc.constant("game"),
      cidrs,
    },
    { requiredKeys: ["kind", "host", "port", "cidrs"] },
  ),
);
