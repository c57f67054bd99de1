import type { Provider } from "@pulumi/aws/provider.js";
import type * as pulumi from "@pulumi/pulumi";

/** The location of AWS resources. All values are from the config, so a plan needs no access to AWS. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`: the second field of every ARN. */
  readonly partition: string;
}

/** The VPC of the cluster. */
interface AwsNetwork {
  readonly vpcId: pulumi.Output<string>;
  /** The CIDR block of the VPC, such as `10.20.0.0/16`. */
  readonly vpcCidr: string;
  /** Zone names in the order of the subnets, such as `eu-central-1a`. */
  readonly zones: readonly string[];
  /** One per zone, for nodes and pods; internet access through NAT. */
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  /** The CIDR blocks of the pods' addresses, one per zone. */
  readonly privateCidrs: readonly string[];
  /** The CIDR blocks of the subnets for load balancers, one per zone; the sources of health checks. */
  readonly publicCidrs: readonly string[];
  /** One per zone, for databases; no internet access in either direction. */
  readonly isolatedSubnetIds: readonly pulumi.Output<string>[];
  readonly isolatedCidrs: readonly string[];
  /** The security group of all nodes and therefore of all pods; databases allow it as a source. */
  readonly nodeSecurityGroupId: pulumi.Output<string>;
}

/** The ARNs of the customer-managed KMS keys, one per kind of content. */
interface KmsKeyArns {
  /** RDS, ElastiCache, backups and Secrets Manager. */
  readonly data: pulumi.Output<string>;
  /** CloudWatch log groups whose names start with `/spacetime-vr/<environment>/` or `/aws/`. */
  readonly logs: pulumi.Output<string>;
}

/** The AWS settings and outputs that other components use; `undefined` in an environment without AWS. */
export interface AwsEnvironment extends AwsAccount {
  /** The explicit AWS provider, limited to the configured account, with the default tags. */
  readonly provider: Provider;
  /** The name of the EKS cluster, and the prefix of every AWS name of the environment: `spacetime-vr-<environment>`. */
  readonly clusterName: string;
  /** The name as an output of the cluster, for resources that AWS creates only in an existing cluster. */
  readonly cluster: pulumi.Output<string>;
  readonly network: AwsNetwork;
  readonly keys: KmsKeyArns;
}

/** Builds an ARN; `region` and `account` are empty for services that have none in their ARNs. */
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
