import { Provider } from "@pulumi/aws/provider.js";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount, AwsEnvironment } from "../shared/aws/aws-environment.ts";
import { addressAtOffset } from "../shared/aws/subnet-plan.ts";
import type { Environment } from "../shared/environments.ts";
import type { Placement } from "../shared/kubernetes/pod-spec.ts";
import type { Cluster, LoadBalancerSettings, NodePoolName } from "./cluster.ts";
import { AddOns } from "./eks/add-ons.ts";
import { ClusterAccess } from "./eks/cluster-access.ts";
import { ControlPlane } from "./eks/control-plane.ts";
import { KmsKeys } from "./eks/kms-keys.ts";
import { renderKubeconfig } from "./eks/kubeconfig.ts";
import type { NatMode } from "./eks/nat-gateway.ts";
import { Network } from "./eks/network.ts";
import { type NodePoolSize, nodePoolPlacement } from "./eks/node-pool-specs.ts";
import { NodePools } from "./eks/node-pools.ts";
import { ClusterStorageClass } from "./eks/storage-class.ts";
import { hasCertManagerWebhook, isAuthorized, kubeconfigWhen } from "./eks/wait-until-ready.ts";
import type { ClusterDns } from "./network-policies.ts";

export interface EksClusterArgs {
  readonly environment: Environment;
  /** The name of the cluster, and the prefix of every AWS name of the environment. */
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
    readonly previewer: string;
  };
  readonly nodePools: Readonly<Record<NodePoolName, NodePoolSize>>;
  readonly logRetentionDays: number;
  readonly addonVersions: Readonly<Record<string, string>>;
  /** The public domain. */
  readonly domain: string;
  /** Whether certificates come from cert-manager. */
  readonly hasAcme: boolean;
  /** Whether databases run in the cluster and have volumes. */
  readonly hasVolumes: boolean;
}

/** EKS uses the tenth address of the Service CIDR for cluster DNS. */
const CLUSTER_DNS_HOST_NUMBER = 10;

/** An EKS cluster in Auto Mode with its network, keys and add-ons. */
export class EksCluster extends pulumi.ComponentResource implements Cluster {
  readonly provider: kubernetes.Provider;
  readonly providers: pulumi.ProviderResource[];
  readonly storageClass: string;
  readonly zones: number;
  readonly loadBalancer: LoadBalancerSettings;
  readonly dns: ClusterDns;
  readonly aws: AwsEnvironment;
  readonly certManagerReady: pulumi.Output<boolean> | undefined;

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:EksCluster", name, {}, opts);
    const { clusterName, zones } = args;
    const { account, region, partition } = args.aws;
    const location = { account, region, partition };
    const amazon = new Provider(
      `${name}-aws`,
      { region, allowedAccountIds: [account], defaultTags: { tags: resourceTags(args) } },
      { parent: this },
    );
    const parts = this.#createAwsResources(name, args, amazon);
    const { keys, network, control, access } = parts;
    const kubeconfig = authorizedKubeconfig(renderKubeconfig(control.cluster, region), access);
    this.provider = new kubernetes.Provider(
      `${name}-provider`,
      {
        kubeconfig,
        clusterIdentifier: `eks:${partition}:${account}:${region}:${clusterName}`,
        enableSecretMutable: true,
      },
      { parent: this, dependsOn: [access] },
    );
    this.providers = [this.provider, amazon];
    const nodeSecurityGroupId = control.cluster.vpcConfig.apply((vpc) => vpc.clusterSecurityGroupId ?? "");
    const { storageClass, addOns } = this.#createKubernetesResources(name, args, {
      ...parts,
      nodeSecurityGroupId,
    });
    this.storageClass = storageClass;
    this.certManagerReady = addOns.certManager && certManagerReady(kubeconfig, addOns.certManager);
    this.zones = zones.length;
    this.dns = {
      kind: "address",
      address: addressAtOffset(args.network.serviceCidr, CLUSTER_DNS_HOST_NUMBER),
    };
    this.loadBalancer = loadBalancerSettings(args.domain);
    this.aws = {
      ...location,
      provider: amazon,
      clusterName,
      cluster: control.cluster.name,
      keys: { data: keys.arns.data, logs: keys.arns.logs },
      network: {
        vpcId: network.vpcId,
        vpcCidr: args.network.cidr,
        zones,
        privateSubnetIds: network.subnetIds.private,
        privateCidrs: network.plan.map((zone) => zone.private),
        publicCidrs: network.plan.map((zone) => zone.public),
        isolatedSubnetIds: network.subnetIds.isolated,
        isolatedCidrs: network.plan.map((zone) => zone.isolated),
        nodeSecurityGroupId,
      },
    };
    this.registerOutputs({ provider: this.provider, storageClass: this.storageClass, zones: this.zones });
  }

  /** Creates the resources of the AWS provider. */
  #createAwsResources(name: string, args: EksClusterArgs, amazon: Provider): AwsResources {
    const { environment, clusterName, zones, logRetentionDays } = args;
    const { account, region, partition } = args.aws;
    const common = { environment, clusterName, aws: { account, region, partition } };
    const childOpts = { parent: this, providers: [amazon] };
    const keys = new KmsKeys(`${name}-keys`, common, childOpts);
    const logs = { logRetentionDays, logKeyArn: keys.arns.logs };
    const network = new Network(`${name}-network`, { ...common, ...args.network, ...logs, zones }, childOpts);
    const control = new ControlPlane(
      `${name}-control-plane`,
      {
        ...common,
        ...logs,
        version: args.version,
        support: args.support,
        serviceCidr: args.network.serviceCidr,
        publicCidrs: args.access.publicCidrs,
        subnetIds: network.subnetIds.private,
        secretsKeyArn: keys.arns.secrets,
      },
      childOpts,
    );
    const access = new ClusterAccess(
      `${name}-access`,
      { ...args.access, aws: args.aws, clusterName: control.cluster.name, nodeRoleArn: control.nodeRole.arn },
      childOpts,
    );
    return { keys, network, control, access };
  }

  /** Creates the objects that every workload needs. */
  #createKubernetesResources(name: string, args: EksClusterArgs, parts: KubernetesDependencies) {
    const { environment } = args;
    const { account, region, partition } = args.aws;
    const childOpts = { parent: this, providers: this.providers };
    const volumeKeyArn = parts.keys.arns.volumes;
    const nodes = new NodePools(
      `${name}-nodes`,
      {
        environment,
        pools: args.nodePools,
        zones: args.zones,
        nodeRoleName: parts.control.nodeRole.name,
        subnetIds: parts.network.subnetIds.private,
        securityGroupId: parts.nodeSecurityGroupId,
        volumeKeyArn,
        tags: resourceTags(args),
      },
      childOpts,
    );
    const storage = new ClusterStorageClass(`${name}-storage`, { environment, volumeKeyArn }, childOpts);
    const addOns = new AddOns(
      `${name}-add-ons`,
      {
        ...args,
        aws: {
          account,
          region,
          partition,
          clusterName: args.clusterName,
          cluster: parts.control.cluster.name,
        },
        versions: args.addonVersions,
      },
      // An add-on without nodes for its pods is degraded.
      { ...childOpts, dependsOn: [nodes] },
    );
    return { storageClass: storage.storageClass, addOns };
  }

  placement(pool: NodePoolName): Placement {
    return nodePoolPlacement(pool);
  }
}

/** The kubeconfig after EKS has applied the access entries, so that the provider is not configured before. */
function authorizedKubeconfig(
  kubeconfig: pulumi.Output<string>,
  access: ClusterAccess,
): pulumi.Output<string> {
  const entriesExist = pulumi.all([kubeconfig, access.deployerEntry]).apply(([text]) => text);
  return kubeconfigWhen(entriesExist, "the deployer's access entry is effective", isAuthorized);
}

/** True after cert-manager's webhook admits objects. */
function certManagerReady(
  kubeconfig: pulumi.Output<string>,
  addOn: pulumi.Output<string>,
): pulumi.Output<boolean> {
  const isActive = pulumi.all([kubeconfig, addOn]).apply(([text]) => text);
  return kubeconfigWhen(isActive, "cert-manager's webhook responds", hasCertManagerWebhook).apply(() => true);
}

interface AwsResources {
  readonly keys: KmsKeys;
  readonly network: Network;
  readonly control: ControlPlane;
  readonly access: ClusterAccess;
}

interface KubernetesDependencies extends AwsResources {
  readonly nodeSecurityGroupId: pulumi.Output<string>;
}

/** The default tags of all resources, for cost allocation and to identify the owner. */
function resourceTags({ environment, aws }: EksClusterArgs): Readonly<Record<string, string>> {
  return { ...aws.tags, project: "spacetime-vr", environment, "managed-by": "pulumi" };
}

/** An internet-facing NLB that routes directly to pods, with a DNS record for the public domain. */
function loadBalancerSettings(domain: string): LoadBalancerSettings {
  return {
    className: "eks.amazonaws.com/nlb",
    annotations: {
      // Without this tag the load balancer is internal and not reachable from the internet.
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
      "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
      "external-dns.alpha.kubernetes.io/hostname": domain,
    },
  };
}
