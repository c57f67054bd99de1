import type { Provider } from "@pulumi/aws/provider.js";
import type * as pulumi from "@pulumi/pulumi";

/** Where AWS resources stand; everything in it comes from config, so a plan knows it without asking AWS. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN. */
  readonly partition: string;
}

/** The network that the cluster stands in. */
export interface AwsNetwork {
  readonly vpcId: pulumi.Output<string>;
  /** The range of the whole VPC, such as `10.20.0.0/16`. */
  readonly vpcCidr: string;
  /** Zone names in the order of the subnets, such as `eu-central-1a`. */
  readonly zones: readonly string[];
  /** One per zone; nodes and pods; out through NAT. */
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** The ranges that pods get their addresses from, one per zone. */
  readonly privateCidrs: readonly string[];
  /** One per zone; load balancers and nothing else: where their health checks come from. */
  readonly publicCidrs: readonly string[];
  /** One per zone; stores; no way out and none in from outside the VPC. */
  readonly isolatedSubnetIds: readonly pulumi.Output<string>[];
  readonly isolatedCidrs: readonly string[];
  /** The group that every node carries, and with it every pod: the source in a store's security group. */
  readonly nodeSecurityGroupId: pulumi.Output<string>;
}

/** The ARNs of the customer-managed KMS keys, one for each kind of content. */
export interface KmsKeyArns {
  /** Databases, caches, backups, Secrets Manager. */
  readonly data: pulumi.Output<string>;
  /** CloudWatch log groups whose names start with `/spacetime-vr/<environment>/` or `/aws/`. */
  readonly logs: pulumi.Output<string>;
}

/** What an environment on AWS gives to everything that is built upon it; `undefined` in any other environment. */
export interface AwsEnvironment extends AwsAccount {
  /** Explicit, in the named account alone, with the default tags; default providers are disabled. */
  readonly provider: Provider;
  /** The EKS cluster's name, and the prefix of every AWS name of the environment: `spacetime-vr-<environment>`. */
  readonly clusterName: string;
  readonly network: AwsNetwork;
  readonly keys: KmsKeyArns;
}

/** An ARN whose parts are all known; `region` and `account` are left empty for services that have none in their ARNs. */
export function buildArn(
  where: AwsAccount,
  service: string,
  resource: string,
  scope: "regional" | "global" | "bare" = "regional",
): string {
  const region = scope === "regional" ? where.region : "";
  const account = scope === "bare" ? "" : where.account;
  return `arn:${where.partition}:${service}:${region}:${account}:${resource}`;
}
