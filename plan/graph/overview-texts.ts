import { compareCodeUnits, formatCount } from "../format.ts";
import type { JsonObject, Plan } from "../plan.ts";
import type { Architecture } from "./architecture.ts";
import type { Box } from "./diagram.ts";
import { toText, valueAt } from "./kubernetes-objects.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

/** A box without its position. */
export type BoxText = Pick<Box, "tone" | "title" | "lines">;

export function findGroup(groups: readonly WorkloadGroup[], title: string): WorkloadGroup | undefined {
  return groups.find((group) => group.title === title);
}

/** The inputs of every resource of an AWS type, such as `rds/instance:Instance`. */
function awsInputs({ resources }: Plan, type: string): JsonObject[] {
  return resources.filter((resource) => resource.type === `aws:${type}`).map(({ inputs }) => inputs);
}

function kubernetesInputs({ resources }: Plan, kind: string): JsonObject[] {
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`))
    .map(({ inputs }) => inputs);
}

/** The titles of the AWS frames; undefined without an EKS cluster. */
export function readAws(
  plan: Plan,
): { readonly region: string; readonly network: string; readonly cluster: string } | undefined {
  const [eks] = awsInputs(plan, "eks/cluster:Cluster");
  if (eks === undefined) return undefined;
  const provider = plan.resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs;
  const [vpc] = awsInputs(plan, "ec2/vpc:Vpc");
  const zones = awsInputs(plan, "ec2/subnet:Subnet").map((subnet) => toText(subnet.availabilityZone));
  const distinct = [...new Set(zones)].sort(compareCodeUnits);
  return {
    region: `AWS, ${toText(provider?.region)}`,
    network: `VPC ${toText(vpc?.cidrBlock)}, ${formatCount(distinct.length, "zone")}: ${distinct.join(", ")}`,
    cluster: `EKS ${toText(eks.version)}, private subnets`,
  };
}

export function describePlayers({ externalPeers }: Architecture, plan: Plan): BoxText {
  const subnets = new Set(awsInputs(plan, "ec2/subnet:Subnet").map(({ cidrBlock }) => toText(cidrBlock)));
  const players = externalPeers.find(({ kind }) => kind === "players");
  // The load balancer's own subnets are allowed for its health checks.
  const networks = (players?.names ?? []).filter((name) => !subnets.has(name));
  const isOpen = networks.length === 0 || networks.includes("0.0.0.0/0");
  const [first = ""] = networks;
  const named = networks.length === 1 ? first : formatCount(networks.length, "network");
  return { tone: "external", title: "Players", lines: [isOpen ? "from any address" : named] };
}

export function describeEntry({ externalEndpoints, groups }: Architecture): BoxText {
  const gateway = findGroup(groups, "gateway");
  const entry = externalEndpoints.find(({ group }) => group === gateway?.id);
  if (entry === undefined) return { tone: "entry", title: "Not exposed", lines: [] };
  const { kind, portsOrHosts, controllerNamespaces } = entry;
  if (kind === "Ingress")
    return { tone: "entry", title: "Ingress", lines: [...portsOrHosts, ...controllerNamespaces] };
  return kind === "NodePort"
    ? { tone: "entry", title: "Node port", lines: portsOrHosts }
    : { tone: "entry", title: "Load balancer", lines: ["NLB", ...portsOrHosts] };
}

export function describeGateway({ groups }: Architecture): BoxText {
  const [workload] = findGroup(groups, "gateway")?.workloads ?? [];
  const [image = ""] = workload?.images ?? [];
  return {
    tone: "compute",
    title: "Gateway",
    lines: [imageAndVersion(image), workload?.replicas ?? ""],
  };
}

/** `nginx 1.29.7` of `docker.io/library/nginx:1.29.7-alpine-slim`. */
function imageAndVersion(image: string): string {
  const [name = "", tag = ""] = (image.split("/").at(-1) ?? "").split(/[:@]/);
  return `${name} ${tag.replace(/^v/, "").replace(/-.*/, "")}`.trim();
}

export function describeGameServers({ groups, connections }: Architecture): BoxText {
  const group = findGroup(groups, "game-server");
  const workloads = group?.workloads ?? [];
  const [first] = workloads;
  const mesh = connections
    .filter(({ from, to }) => from === group?.id && to === group?.id)
    .flatMap(({ ports }) => ports);
  return {
    tone: "compute",
    title: "Game servers",
    lines: [
      workloads.length === 1 ? (first?.replicas ?? "") : formatCount(workloads.length, "pool"),
      ...mesh.map((port) => `mesh ${port}`),
    ],
  };
}

export function describeDatabase(architecture: Architecture, plan: Plan): BoxText {
  const [rds] = awsInputs(plan, "rds/instance:Instance");
  if (rds === undefined) return describeStatefulSet("PostgreSQL", "postgres", architecture);
  return {
    tone: "data",
    title: `PostgreSQL ${toText(rds.engineVersion)}`,
    lines: [
      `RDS, ${rds.multiAz === true ? "Multi-AZ" : "one zone"}`,
      toText(rds.instanceClass),
      `${toText(rds.allocatedStorage)} GiB`,
    ],
  };
}

export function describeCache(architecture: Architecture, plan: Plan): BoxText {
  const [group] = awsInputs(plan, "elasticache/replicationGroup:ReplicationGroup");
  if (group === undefined) return describeStatefulSet("Redis", "redis", architecture);
  const engine = toText(group.engine);
  return {
    tone: "data",
    title: "Redis",
    lines: [
      `ElastiCache ${engine.charAt(0).toUpperCase()}${engine.slice(1)} ${toText(group.engineVersion)}`,
      toText(group.nodeType),
      `${formatCount(Number(group.numCacheClusters ?? 1), "node")}${group.multiAzEnabled === true ? ", Multi-AZ" : ""}`,
    ],
  };
}

function describeStatefulSet(title: string, name: string, { groups }: Architecture): BoxText {
  const [workload] = findGroup(groups, name)?.workloads ?? [];
  const version =
    imageAndVersion(workload?.images[0] ?? "")
      .split(" ")
      .at(-1) ?? "";
  return {
    tone: "data",
    title: `${title} ${version}`.trim(),
    lines: workload === undefined ? ["external"] : [`StatefulSet, ${workload.replicas}`, ...workload.volumes],
  };
}

export function describeNat(plan: Plan): BoxText {
  const [nat] = awsInputs(plan, "ec2/natGateway:NatGateway");
  const endpoints = awsInputs(plan, "ec2/vpcEndpoint:VpcEndpoint").length;
  return {
    tone: "service",
    title: "NAT gateway",
    lines: [
      nat?.availabilityMode === "regional" ? "in every zone" : "in one zone",
      formatCount(endpoints, "VPC endpoint"),
    ],
  };
}

export function describeClusterCapacity(plan: Plan): BoxText {
  const names = kubernetesInputs(plan, "NodePool").map((pool) => toText(valueAt(pool, "metadata", "name")));
  const short = names.map((name) => name.replace(/^spacetime-vr-/, "")).sort(compareCodeUnits);
  return { tone: "service", title: "EKS Auto Mode", lines: [`node pools: ${short.join(", ")}`] };
}

/** The title of the log shipper's box. */
export const LOG_SHIPPER = "Fluent Bit";

/** The boxes of the monitoring components; all exporters share one box. */
export function monitoringParts({ groups }: Architecture, plan: Plan): BoxText[] {
  const parts = [
    ["prometheus", "Prometheus"],
    ["alertmanager", "Alertmanager"],
    ["grafana", "Grafana"],
    ["fluent-bit", LOG_SHIPPER],
  ] as const;
  const boxes = parts.flatMap(([name, title]): BoxText[] => {
    const [workload] = findGroup(groups, name)?.workloads ?? [];
    if (workload === undefined) return [];
    const each = workload.replicas === "1 replica" ? "" : " each";
    const volumes = workload.volumes.map((volume) => `${volume.split(" ").at(-1) ?? ""}${each}`);
    return [{ tone: "service", title, lines: [workload.replicas, ...volumes] }];
  });
  const addOns = awsInputs(plan, "eks/addon:Addon").map(({ addonName }) => toText(addonName));
  const exporters = [...groups.map(({ title }) => title), ...addOns]
    .filter((name) => /-exporter$|^kube-state-metrics$/.test(name))
    .map((name) => name.replace(/^prometheus-|-exporter$|-metrics$/g, ""));
  const names = [...new Set(exporters)].sort(compareCodeUnits);
  const list = names.map((name, index) => (index < names.length - 1 ? `${name},` : name));
  return names.length === 0 ? boxes : [...boxes, { tone: "service", title: "Exporters", lines: list }];
}

/** The regional AWS services of the environment with their contents. */
export function awsServices(plan: Plan): BoxText[] {
  const count = (type: string) => awsInputs(plan, type).length;
  const region = toText(plan.resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs.region);
  const regions = awsInputs(plan, "s3/bucket:Bucket").map((bucket) => toText(bucket.region));
  const copies = regions.filter((other) => other !== "" && other !== region);
  const services: readonly (readonly [uses: number, BoxText])[] = [
    [
      regions.length,
      { tone: "data", title: "S3", lines: ["locked backups", ...copies.map((copy) => `copy in ${copy}`)] },
    ],
    [count("ecr/repository:Repository"), { tone: "service", title: "ECR", lines: ["server image"] }],
    [
      count("secretsmanager/secret:Secret"),
      {
        tone: "service",
        title: "Secrets Manager",
        lines: [
          formatCount(count("secretsmanager/secret:Secret"), "secret"),
          formatCount(count("kms/key:Key"), "KMS key"),
        ],
      },
    ],
    [
      count("cloudwatch/logGroup:LogGroup"),
      {
        tone: "service",
        title: "CloudWatch",
        lines: [
          formatCount(count("cloudwatch/logGroup:LogGroup"), "log group"),
          formatCount(count("cloudwatch/metricAlarm:MetricAlarm"), "alarm"),
        ],
      },
    ],
    [count("sns/topic:Topic"), { tone: "service", title: "SNS", lines: ["alarms by e-mail"] }],
  ];
  return services.filter(([uses]) => uses > 0).map(([, text]) => text);
}
