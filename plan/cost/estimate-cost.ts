import { type CostedPlan, type CostedResource, zoneCount } from "./costed-plan.ts";
import { type PoolNodes, packNodes } from "./node-packing.ts";
import type { PriceFile } from "./price-file.ts";

/** AWS' own number of hours in a month. */
export const HOURS_PER_MONTH = 730;

/** One line before its price is known. */
interface Usage {
  readonly component: string;
  readonly item: string;
  readonly quantity: number;
  readonly priceKey: string;
}

/** A part of the monthly price; `usd` is undefined if the price is not in the price file. */
export interface CostLine extends Usage {
  readonly usd: number | undefined;
}

/** The monthly list price of an environment at its minimum size, without traffic, logs and requests. */
export interface CostEstimate {
  readonly environment: string;
  readonly lines: readonly CostLine[];
  /** The sum of the known prices. */
  readonly usd: number;
  /** Keys without a price in the price file, each once. */
  readonly unknown: readonly string[];
  readonly pools: readonly PoolNodes[];
  readonly players: number;
}

/** Estimates the monthly price of a plan. */
export function estimateCost(plan: CostedPlan, { prices }: PriceFile): CostEstimate {
  const pools = packNodes(plan);
  const share = prices["eks.auto-mode-share"]?.usd ?? 0;
  const usages = [
    ...plan.resources.flatMap((resource) => USAGE_READERS[resource.type]?.(resource, plan) ?? []),
    ...pools.map(nodeUsage),
  ];
  const lines = merge(usages).map((usage): CostLine => {
    const unit = prices[usage.priceKey]?.usd;
    const markup = usage.priceKey.startsWith("ec2.") ? 1 + share : 1;
    return {
      ...usage,
      usd: unit === undefined || unit === null ? undefined : unit * markup * usage.quantity,
    };
  });
  return {
    environment: plan.environment,
    lines,
    usd: lines.reduce((sum, { usd = 0 }) => sum + usd, 0),
    unknown: [
      ...new Set(lines.filter(({ usd }) => usd === undefined).map(({ priceKey }) => priceKey)),
    ].sort(),
    pools,
    players: concurrentPlayers(plan),
  };
}

/** Usages of one kind in one component, added up. */
function merge(usages: readonly Usage[]): Usage[] {
  const merged = new Map<string, Usage>();
  for (const usage of usages) {
    const key = `${usage.component} ${usage.item} ${usage.priceKey}`;
    merged.set(key, { ...usage, quantity: usage.quantity + (merged.get(key)?.quantity ?? 0) });
  }
  return [...merged.values()].sort(
    (a, b) => a.component.localeCompare(b.component) || a.item.localeCompare(b.item),
  );
}

function nodeUsage({ pool, architecture, category, nodes, cpus }: PoolNodes): Usage {
  const item = `${pool}: ${nodes} × ${cpus} vCPUs (${category}, ${architecture})`;
  return hours("nodes", item, `ec2.${architecture}.${category}.cpu-hour`, nodes * cpus);
}

const months = (component: string, item: string, priceKey: string, quantity = 1): Usage => ({
  component,
  item,
  quantity,
  priceKey,
});

const hours = (component: string, item: string, priceKey: string, count = 1): Usage =>
  months(component, item, priceKey, count * HOURS_PER_MONTH);

type UsageReader = (resource: CostedResource, plan: CostedPlan) => Usage[];

/** The billed units of a resource, by its type; other types cost nothing or are billed by use. */
const USAGE_READERS: Readonly<Record<string, UsageReader>> = {
  "aws:eks/cluster:Cluster": () => [hours("cluster", "EKS control plane", "eks.cluster-hour")],
  "aws:ec2/natGateway:NatGateway": ({ inputs }, plan) => {
    // A regional gateway is billed for each zone that it has expanded to.
    const zones = inputs.availabilityMode === "regional" ? zoneCount(plan) : 1;
    return [
      hours("network", "NAT gateway, per zone", "vpc.nat-gateway-hour", zones),
      hours("network", "public IPv4 addresses of NAT", "vpc.public-ipv4-hour", zones),
    ];
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ inputs }) =>
    inputs.vpcEndpointType === "Interface"
      ? [
          hours(
            "network",
            "interface endpoints, per zone",
            "vpc.interface-endpoint-zone-hour",
            listLength(inputs.subnetIds),
          ),
        ]
      : [],
  "aws:rds/instance:Instance": ({ inputs: { instanceClass, multiAz, allocatedStorage } }) => {
    const copies = multiAz === true ? 2 : 1;
    const item = `${instanceClass}${copies === 2 ? ", Multi-AZ" : ""}`;
    return [
      hours("database", item, `rds.${instanceClass}.hour`, copies),
      months("database", "storage", "rds.gp3.gib-month", Number(allocatedStorage) * copies),
    ];
  },
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (_, plan) => [
    months(
      "database",
      "backups in the second region, one full copy",
      "rds.backup.gib-month",
      allocatedStorage(plan),
    ),
  ],
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs: { nodeType, numCacheClusters } }) => [
    hours("redis", `${nodeType}`, `elasticache.valkey.${nodeType}.hour`, Number(numCacheClusters)),
  ],
  "aws:kms/key:Key": () => [months("keys and secrets", "KMS keys", "kms.key-month")],
  "aws:secretsmanager/secret:Secret": () => [
    months("keys and secrets", "secrets", "secretsmanager.secret-month"),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": () => [
    months("monitoring", "CloudWatch alarms", "cloudwatch.alarm-month"),
  ],
  "kubernetes:core/v1:Service": ({ inputs }, plan) =>
    (inputs.spec as { type?: string }).type === "LoadBalancer" && zoneCount(plan) > 0
      ? [
          hours("network", "network load balancer", "elb.network-load-balancer-hour"),
          hours(
            "network",
            "public IPv4 addresses of the load balancer",
            "vpc.public-ipv4-hour",
            zoneCount(plan),
          ),
        ]
      : [],
  "kubernetes:apps/v1:StatefulSet": ({ name, inputs }, plan) =>
    zoneCount(plan) > 0 ? volumeUsages(name, inputs) : [],
};

function volumeUsages(name: string, inputs: CostedResource["inputs"]): Usage[] {
  const spec = inputs.spec as {
    replicas?: number;
    volumeClaimTemplates?: readonly { spec: { resources: { requests: { storage: string } } } }[];
  };
  return (spec.volumeClaimTemplates ?? []).map((claim) => {
    const gib = Number.parseInt(claim.spec.resources.requests.storage, 10);
    return months("monitoring", `volumes of ${name}`, "ebs.gp3.gib-month", gib * (spec.replicas ?? 1));
  });
}

function listLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function allocatedStorage(plan: CostedPlan): number {
  return Number(
    plan.resources.find(({ type }) => type === "aws:rds/instance:Instance")?.inputs.allocatedStorage ?? 0,
  );
}

/** The players that the game servers of the minimum size accept, from their environment. */
function concurrentPlayers(plan: CostedPlan): number {
  const maximum = plan.resources
    .filter(({ type }) => type === "kubernetes:core/v1:ConfigMap")
    .map(({ inputs }) => (inputs.data as Record<string, string> | undefined)?.GODOT_MAX_PLAYERS)
    .find((value) => value !== undefined);
  const replicas = plan.resources
    .filter(({ type, name }) => type.endsWith(":HorizontalPodAutoscaler") && name.startsWith("game-server-"))
    .reduce((sum, { inputs }) => sum + Number((inputs.spec as { minReplicas?: number }).minReplicas ?? 0), 0);
  return replicas * Number(maximum ?? 0);
}
