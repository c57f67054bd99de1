import {
  calculateSubnetPlan,
  cidrsOverlap,
  parseCidr,
  usableAddressCount,
} from "../../shared/aws/subnet-plan.ts";
import type { Problem } from "../../shared/errors.ts";
import { pipelineRoles } from "../component-configs/cluster-config.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import type { EksConfig } from "../schema/stack-schema.ts";
import { type CrossFieldInput, type CrossFieldRule, createProblem } from "./cross-field-rule.ts";

/** Cross-field rules for AWS environments. */
export const AWS_RULES: readonly CrossFieldRule[] = [
  requireAwsAccount,
  requireZonesInRegion,
  requireSufficientSubnets,
  requireSeparatePrivateCidrs,
  requireUniqueRoles,
  requireDomainInDnsZone,
];

/** The private ranges of RFC 1918; EKS accepts only these for Services, and in a VPC others would hide public addresses. */
const PRIVATE_CIDRS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * The addresses that a node with few pods uses in its subnet: its own, a /28 prefix for its pods, and the warm prefix
 * that EKS keeps in reserve.
 */
const MAX_ADDRESSES_PER_NODE = 1 + 2 * 16;

function eksConfig({ stack }: CrossFieldInput): EksConfig | undefined {
  return stack.cluster?.kind === "eks" ? stack.cluster : undefined;
}

function requireAwsAccount({ stack, presentKeys, file }: CrossFieldInput): readonly Problem[] {
  const { cluster } = stack;
  if (cluster === undefined || (cluster.kind === "eks") === presentKeys.has("aws")) return [];
  const subject = formatConfigPath(["aws"]);
  return cluster.kind === "eks"
    ? [
        {
          subject,
          rule: 'is missing: "cluster.kind: eks" requires it',
          remedy: `Set account and region in ${file}.`,
        },
      ]
    : [
        {
          subject,
          rule: 'must not be set: only "cluster.kind: eks" uses it',
          remedy: `Remove it from ${file}, or set "cluster.kind: eks".`,
        },
      ];
}

function requireZonesInRegion(sections: CrossFieldInput): readonly Problem[] {
  const zones = eksConfig(sections)?.zones ?? [];
  const { aws } = sections.stack;
  return zones.flatMap((zone, index) => {
    const path = ["cluster", "zones", index];
    const first = zones.indexOf(zone);
    if (first < index) {
      const rule = `must be unique, but ${formatConfigPath(["cluster", "zones", first])} has the same value`;
      return [createProblem(path, zone, rule, `Choose another zone in ${sections.file}.`)];
    }
    if (aws === undefined || zone.slice(0, -1) === aws.region) return [];
    const rule = `must be a zone of aws.region, which is ${aws.region}`;
    return [createProblem(path, zone, rule, `Choose a zone of that region in ${sections.file}.`)];
  });
}

/** The subnets must have enough addresses for the largest size of all node pools, even after the loss of a zone. */
function requireSufficientSubnets(sections: CrossFieldInput): readonly Problem[] {
  const eks = eksConfig(sections);
  if (eks === undefined) return [];
  const { cidr } = eks.network;
  const path = ["cluster", "network", "cidr"];
  const remedy = `Choose a larger network, or lower the limits of cluster.nodePools, in ${sections.file}.`;
  const subnets = tryCalculateSubnetPlan(cidr, eks.zones);
  if (typeof subnets === "string")
    return [createProblem(path, cidr, `must have room for every subnet: ${subnets}`, remedy)];
  const nodes = Object.values(eks.nodePools).reduce(
    (sum, { limitCpu, cpus }) => sum + Math.ceil(limitCpu / Math.min(...cpus.map(Number))),
    0,
  );
  const perZone = Math.ceil(nodes / (eks.zones.length - 1));
  const needed = perZone * MAX_ADDRESSES_PER_NODE;
  const [first] = subnets;
  const usable = usableAddressCount(first?.private ?? cidr);
  if (usable >= needed) return [];
  const rule =
    `must be larger: a private subnet (${first?.private}) has ${usable} addresses, and ${perZone} nodes (${nodes} on ` +
    `${eks.zones.length - 1} zones, should one be lost) with ${MAX_ADDRESSES_PER_NODE} each need ${needed}`;
  return [createProblem(path, cidr, rule, remedy)];
}

function tryCalculateSubnetPlan(cidr: string, zones: readonly string[]) {
  try {
    return calculateSubnetPlan(cidr, zones);
  } catch (error) {
    return (error as Error).message;
  }
}

function requireSeparatePrivateCidrs(sections: CrossFieldInput): readonly Problem[] {
  const network = eksConfig(sections)?.network;
  if (network === undefined) return [];
  const { file } = sections;
  const isPrivate = (cidr: string) =>
    PRIVATE_CIDRS.some((range) => {
      const [outer, inner] = [parseCidr(range), parseCidr(cidr)];
      return cidrsOverlap(outer, inner) && inner.prefix >= outer.prefix;
    });
  const open = (["cidr", "serviceCidr"] as const).filter((key) => !isPrivate(network[key]));
  const overlap = cidrsOverlap(parseCidr(network.cidr), parseCidr(network.serviceCidr));
  return [
    ...open.map((key) =>
      createProblem(
        ["cluster", "network", key],
        network[key],
        `must be in ${PRIVATE_CIDRS.join(", ")}: other addresses are public`,
        `Choose a private network in ${file}.`,
      ),
    ),
    ...(overlap
      ? [
          createProblem(
            ["cluster", "network", "serviceCidr"],
            network.serviceCidr,
            `must not overlap with the VPC, which is ${network.cidr}: EKS rejects it`,
            `Choose another network in ${file}.`,
          ),
        ]
      : []),
  ];
}

/** EKS has one access entry per role. */
function requireUniqueRoles(sections: CrossFieldInput): readonly Problem[] {
  const eks = eksConfig(sections);
  const { aws } = sections.stack;
  if (eks === undefined || aws === undefined) return [];
  const { access } = eks;
  const pipelines = pipelineRoles(sections.environment, aws, eks);
  const all: (readonly [ConfigPath, string])[] = [
    [["cluster", "access", "deployer"], pipelines.deployer],
    [["cluster", "access", "previewer"], pipelines.previewer],
    ...access.administrators.map(
      (arn, index) => [["cluster", "access", "administrators", index], arn] as const,
    ),
    ...access.observers.map((arn, index) => [["cluster", "access", "observers", index], arn] as const),
  ];
  // Resources are named after the last part of a role's ARN.
  const nameOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
  return all.flatMap(([path, arn], index) => {
    const [earlier] = all.find(([, other]) => nameOf(other) === nameOf(arn)) ?? [path];
    if (index === all.findIndex(([, other]) => nameOf(other) === nameOf(arn))) return [];
    const rule = `must differ from ${formatConfigPath(earlier)}: EKS has one access entry per role`;
    return [
      createProblem(path, arn, rule, `Keep only the entry with the most permissions in ${sections.file}.`),
    ];
  });
}

function requireDomainInDnsZone(sections: CrossFieldInput): readonly Problem[] {
  const zone = eksConfig(sections)?.dnsZone;
  const { stack, file } = sections;
  if (zone === undefined) return [];
  const domain = stack.gateway?.domain ?? zone.name;
  const inside = domain === zone.name || domain.endsWith(`.${zone.name}`);
  const certificates = stack.certificates?.kind === "acme" ? stack.certificates : undefined;
  return [
    ...(inside
      ? []
      : [
          createProblem(
            ["cluster", "dnsZone", "name"],
            zone.name,
            `must be the public domain (${domain}) or a parent domain of it`,
            `Set the hosted zone of gateway.domain in ${file}.`,
          ),
        ]),
    ...(certificates === undefined || certificates.hostedZoneId === zone.id
      ? []
      : [
          createProblem(
            ["certificates", "hostedZoneId"],
            certificates.hostedZoneId,
            `must be the id of cluster.dnsZone, which is ${zone.id}: the IAM roles in the cluster may write to no other zone`,
            `Set both keys to the same id in ${file}.`,
          ),
        ]),
  ];
}
