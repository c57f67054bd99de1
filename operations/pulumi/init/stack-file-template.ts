import type { Environment } from "../../../components/shared/environments.ts";

/** The values that differ between the environments. */
interface TemplateValues {
  readonly zones: number;
  readonly storageClass: string;
  readonly replicas: string;
  readonly exposure: string;
  readonly domain: string;
  readonly certificates: string;
}

const LOCAL_VALUES: TemplateValues = {
  zones: 1,
  storageClass: "standard",
  replicas: "{ kind: fixed, replicas: 1 }",
  exposure: "{ kind: node-port, port: 30443 }",
  domain: "localhost",
  certificates: "{ kind: self-signed, validityDays: 365 }",
};

const REMOTE_VALUES: TemplateValues = {
  zones: 3,
  storageClass: "gp3",
  replicas: "{ kind: autoscaled, minimum: 3, maximum: 6, targetCpuPercent: 65 }",
  exposure: "{ kind: load-balancer, deregistrationSeconds: 150, sourceCidrs: [192.0.2.0/24] }",
  domain: "ENVIRONMENT.example.com",
  certificates:
    "{ kind: acme, email: operations@example.com, server: letsencrypt-staging, hostedZoneId: Z00000000000000000000, region: eu-central-1 }",
};

/** Renders an initial stack file for any cluster; `up` rejects its example values until they are replaced. */
export function stackFileTemplate(environment: Environment): string {
  const shape = environment === "local" ? LOCAL_VALUES : REMOTE_VALUES;
  const context = environment === "local" ? "" : `\n    context: spacetime-vr-${environment}`;
  return `# Written by \`init\`. Replace every example value; \`npm run config -- validate ${environment}\` lists what remains.
config:
  pulumi:disable-default-providers: ["*"]
  spacetime-vr:cluster:
    kind: existing${context}
    storageClass: ${shape.storageClass}
    zones: ${shape.zones}
  spacetime-vr:gameServer:
    image: example.com/spacetime-vr/server@sha256:${"0".repeat(64)}
    drainSeconds: 120
    pools:
      - name: main
        scaling: ${shape.replicas}
        resources: { cpu: "1", memory: 512Mi }
  spacetime-vr:gateway:
    domain: ${shape.domain.replace("ENVIRONMENT", environment)}
    exposure: ${shape.exposure}
    scaling: ${shape.replicas}
    resources: { cpu: 250m, memory: 256Mi }
    shield: { requestsPerSecond: 50, burst: 100, connections: 50 }
  spacetime-vr:database: { kind: in-cluster, storage: 20Gi, resources: { cpu: "1", memory: 1Gi } }
  spacetime-vr:redis: { kind: in-cluster, storage: 5Gi, resources: { cpu: 250m, memory: 512Mi } }
  spacetime-vr:certificates: ${shape.certificates}
  spacetime-vr:logs: { kind: stdout }
  spacetime-vr:monitoring:
    kind: in-cluster
    prometheus:
      replicas: 1
      storage: 20Gi
      retentionDays: 15
      resources: { cpu: 500m, memory: 2Gi }
      remoteWrite: { kind: none }
    alertmanager: { replicas: 1 }
    nodeExporter: { kind: own }
    kubeStateMetrics: { kind: own }
    kubelet: { certificates: cluster-authority }
    notifications:
      email: { kind: none }
      slack: { kind: none }
      pagerduty: { kind: none }
      deadMansSwitch: { kind: none }
`;
}
