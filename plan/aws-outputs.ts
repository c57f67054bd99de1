/**
 * Outputs of AWS resources that others are made of, by type token, as the provider's schema names them; none is secret unless
 * it says so. Ids are not here: every mocked resource has one.
 */
export const AWS_OUTPUTS: Readonly<Record<string, Readonly<Record<string, "secret" | "public">>>> = {
  "aws:cloudwatch/logGroup:LogGroup": { arn: "public" },
  "aws:ecr/repository:Repository": { arn: "public", repositoryUrl: "public" },
  "aws:eks/cluster:Cluster": {
    arn: "public",
    endpoint: "public",
    "certificateAuthority.data": "public",
    "vpcConfig.clusterSecurityGroupId": "public",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": { arn: "public", primaryEndpointAddress: "public" },
  "aws:iam/role:Role": { arn: "public" },
  "aws:kms/key:Key": { arn: "public", keyId: "public" },
  "aws:rds/instance:Instance": {
    arn: "public",
    address: "public",
    "masterUserSecrets.0.secretArn": "public",
  },
  "aws:secretsmanager/secret:Secret": { arn: "public" },
  "aws:sns/topic:Topic": { arn: "public" },
};
