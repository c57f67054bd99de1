import { Provider } from "@pulumi/aws/provider.js";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount, AwsFoundation } from "../shared/aws.ts";
import type { Environment } from "../shared/environments.ts";
import type { Cluster, ClusterDns, LoadBalancerSettings, NodePoolName, Placement } from "./cluster.ts";
import { Access } from "./eks/access.ts";
import { AddOns } from "./eks/add-ons.ts";
import { ControlPlane } from "./eks/control-plane.ts";
import { Keys } from "./eks/keys.ts";
import { kubeconfig } from "./eks/kubeconfig.ts";
import type { NatMode } from "./eks/nat.ts";
import { Network } from "./eks/network.ts";
import { type PoolSize, placementIn } from "./eks/node-pool-specs.ts";
import { NodePools } from "./eks/node-pools.ts";
import { Registry } from "./eks/registry.ts";
import { Storage } from "./eks/storage.ts";
import { addressIn } from "./eks/subnets.ts";

export interface EksClusterArgs {
  readonly environment: Environment;
  /** Names the cluster, and starts every other AWS name of the environment. */
  readonly clusterName: string;
  readonly aws: AwsAccount & { readonly tags: Readonly<Record<string, string>> };
  readonly version: string;
  readonly support: "standard" | "extended";
  readonly zones: readonly string[];
  readonly network: {
    readonly cidr: string;
    readonly serviceCidr: string;
    readonly nat: NatMode;
    readonly interfaceEndpoints: readonly string[];
  };
  readonly dnsZone: { readonly id: string; readonly name: string };
  readonly access: {
    readonly publicCidrs: readonly string[];
    readonly administrators: readonly string[];
    readonly observers: readonly string[];
    readonly deployer: string;
  };
  readonly nodePools: Readonly<Record<NodePoolName, PoolSize>>;
  readonly logRetentionDays: number;
  readonly addonVersions: Readonly<Record<string, string>>;
  /** The public name. */
  readonly domain: string;
  /** Whether certificates come from cert-manager. */
  readonly hasAcme: boolean;
  /** Whether stores keep their data on volumes of the cluster. */
  readonly hasVolumes: boolean;
}

/** EKS gives the tenth address of the Services' range to the cluster's DNS. */
const DNS_ADDRESS = 10;

/** An EKS cluster in Auto Mode with its network, keys, registry and add-ons, in an account of its own. */
export class EksCluster extends pulumi.ComponentResource implements Cluster {
  readonly provider: kubernetes.Provider;
  readonly providers: pulumi.ProviderResource[];
  readonly storageClass: string;
  readonly zones: number;
  readonly loadBalancer: LoadBalancerSettings;
  readonly dns: ClusterDns;
  readonly aws: AwsFoundation;

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:EksCluster", name, {}, opts);
    const { environment, clusterName, zones } = args;
    const { account, region, partition } = args.aws;
    const tags = { project: "spacetime-vr", environment, "managed-by": "pulumi", ...args.aws.tags };
    const aws = { account, region, partition };
    const amazon = new Provider(
      `${name}-aws`,
      { region, allowedAccountIds: [account], defaultTags: { tags } },
      { parent: this },
    );
    const common = { environment, clusterName, aws };
    const inAws = { parent: this, providers: [amazon] };

    const keys = new Keys(`${name}-keys`, common, inAws);
    const network = new Network(
      `${name}-network`,
      {
        ...common,
        ...args.network,
        zones,
        logRetentionDays: args.logRetentionDays,
        logKeyArn: keys.arns.logs,
      },
      inAws,
    );
    const control = new ControlPlane(
      `${name}-control-plane`,
      {
        ...common,
        version: args.version,
        support: args.support,
        serviceCidr: args.network.serviceCidr,
        publicCidrs: args.access.publicCidrs,
        logRetentionDays: args.logRetentionDays,
        subnetIds: network.subnetIds.private,
        secretsKeyArn: keys.arns.secrets,
        logKeyArn: keys.arns.logs,
      },
      inAws,
    );
    const access = new Access(
      `${name}-access`,
      { aws, ...args.access, clusterName: control.cluster.name, nodeRoleArn: control.nodeRole.arn },
      inAws,
    );
    this.provider = new kubernetes.Provider(
      `${name}-provider`,
      {
        kubeconfig: kubeconfig(control.cluster, region),
        clusterIdentifier: `eks:${partition}:${account}:${region}:${clusterName}`,
        enableSecretMutable: true,
      },
      // Before its entry exists, the deployer is a stranger to the cluster.
      { parent: this, dependsOn: [access] },
    );
    this.providers = [this.provider, amazon];
    const securityGroupId = control.cluster.vpcConfig.apply((config) => config.clusterSecurityGroupId ?? "");
    const inCluster = { parent: this, providers: this.providers };
    const nodes = new NodePools(
      `${name}-nodes`,
      {
        environment,
        pools: args.nodePools,
        zones,
        nodeRoleName: control.nodeRole.name,
        subnetIds: network.subnetIds.private,
        securityGroupId,
        volumeKeyArn: keys.arns.volumes,
        tags,
      },
      inCluster,
    );
    const storage = new Storage(
      `${name}-storage`,
      { environment, volumeKeyArn: keys.arns.volumes },
      inCluster,
    );
    new AddOns(
      `${name}-add-ons`,
      { ...args, aws: { ...aws, clusterName }, versions: args.addonVersions },
      // EKS calls an add-on degraded whose pods find no node.
      { ...inCluster, dependsOn: [nodes] },
    );
    new Registry(`${name}-registry`, { environment, clusterName, keyArn: keys.arns.images }, inAws);

    this.storageClass = storage.storageClass;
    this.zones = zones.length;
    this.dns = { kind: "address", address: addressIn(args.network.serviceCidr, DNS_ADDRESS) };
    this.loadBalancer = loadBalancerSettings(args.domain);
    this.aws = {
      ...aws,
      provider: amazon,
      clusterName,
      keys: { data: keys.arns.data, logs: keys.arns.logs },
      network: {
        vpcId: network.vpcId,
        vpcCidr: args.network.cidr,
        zones,
        privateSubnetIds: network.subnetIds.private,
        privateCidrs: network.plan.map((zone) => zone.private),
        isolatedSubnetIds: network.subnetIds.isolated,
        isolatedCidrs: network.plan.map((zone) => zone.isolated),
        nodeSecurityGroupId: securityGroupId,
      },
    };
    this.registerOutputs({ provider: this.provider, storageClass: this.storageClass, zones: this.zones });
  }

  placement(pool: NodePoolName): Placement {
    return placementIn(pool);
  }
}

/** An NLB that faces the internet and sends to pods directly, under the public name. */
function loadBalancerSettings(domain: string): LoadBalancerSettings {
  return {
    className: "eks.amazonaws.com/nlb",
    annotations: {
      // Without it the load balancer is an internal one, and nobody outside ever reaches it.
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
      "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
      "external-dns.alpha.kubernetes.io/hostname": domain,
    },
  };
}
