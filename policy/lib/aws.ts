import type { PolicyContext } from "../context.ts";
import type { InputNode, Violation } from "../input-node.ts";

/** Pulumi type tokens of the AWS resources that rules check. */
export const AWS_TYPES = {
  accessKey: "aws:iam/accessKey:AccessKey",
  addOn: "aws:eks/addon:Addon",
  bucket: "aws:s3/bucket:Bucket",
  bucketV2: "aws:s3/bucketV2:BucketV2",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  bucketObjectLock: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bucketPublicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketReplication: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  bucketVersioning: "aws:s3/bucketVersioning:BucketVersioning",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
  cluster: "aws:eks/cluster:Cluster",
  database: "aws:rds/instance:Instance",
  databaseBackupReplication:
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
  databaseCluster: "aws:rds/cluster:Cluster",
  databaseClusterInstance: "aws:rds/clusterInstance:ClusterInstance",
  databaseParameters: "aws:rds/parameterGroup:ParameterGroup",
  defaultSecurityGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  flowLog: "aws:ec2/flowLog:FlowLog",
  key: "aws:kms/key:Key",
  keyPolicy: "aws:kms/keyPolicy:KeyPolicy",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  managedPolicy: "aws:iam/policy:Policy",
  provider: "pulumi:providers:aws",
  registryPolicy: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  role: "aws:iam/role:Role",
  roleAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  secretPolicy: "aws:secretsmanager/secretPolicy:SecretPolicy",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupIngress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  subnet: "aws:ec2/subnet:Subnet",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  user: "aws:iam/user:User",
  vpc: "aws:ec2/vpc:Vpc",
} as const satisfies Readonly<Record<string, string>>;

/** The resources of the given types. */
export function resourcesOfTypes(context: PolicyContext, ...types: readonly string[]): readonly InputNode[] {
  return types.flatMap((type) => context.ofType(type));
}

/** A violation unless a flag is true; an unset flag has the provider's default, which is false. */
export function requireEnabled(node: InputNode, message: string): Violation[] {
  return node.flag === true ? [] : [node.violation(`${message} (${node.displayText})`)];
}

/** A violation unless a value is set, or unknown until apply. */
export function requireSet(node: InputNode, message: string): Violation[] {
  return node.isSetOrUnknown ? [] : [node.violation(message)];
}

/** Buckets, by the current type token and by the deprecated one. */
export const BUCKET_TYPES = [AWS_TYPES.bucket, AWS_TYPES.bucketV2] as const;

/** The resources with the data of a managed database: a separate instance, or a cluster of instances. */
export const DATABASE_TYPES = [AWS_TYPES.database, AWS_TYPES.databaseCluster] as const;

/** Resources with data that cannot be recreated. */
export const STATEFUL_TYPES = [...DATABASE_TYPES, AWS_TYPES.cache, ...BUCKET_TYPES, AWS_TYPES.key] as const;

/** Whether a CIDR block covers the internet, or a large part of it: `0.0.0.0/1` and `128.0.0.0/1`, IPv6's `2000::/3`. */
export function isPublicCidr(range: string): boolean {
  return /\/0*[0-7]$/.test(range);
}

/**
 * The resource of a type that configures a bucket; S3 settings are separate resources that reference their bucket. If the
 * bucket of a setting is unknown until apply, the rule is undecided.
 */
export function bucketSetting(
  context: PolicyContext,
  bucket: InputNode,
  type: string,
): InputNode | undefined {
  const name = bucket.at("bucket").text;
  return context.ofType(type).find((setting) => {
    const owner = setting.at("bucket").text;
    return owner !== undefined && owner === name;
  });
}

/** A setting of a provider, which is JSON unless it is a string. An unknown setting makes the rule undecided. */
export function providerSetting(provider: InputNode, name: string): unknown {
  const { text } = provider.at(name);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
