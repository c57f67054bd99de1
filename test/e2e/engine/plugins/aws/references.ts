import type { AccountResource, AccountState, Values } from "./account.ts";
import type { AwsFailure } from "./errors.ts";

/** How a value names another resource, and what AWS answers if there is none. */
interface ReferenceKind {
  readonly type: string;
  /** The values by which a resource can be named. */
  readonly names: (resource: AccountResource) => readonly unknown[];
  readonly failure: (value: string) => AwsFailure;
}

const byId = ({ id }: AccountResource) => [id];
const byArn = ({ outputs }: AccountResource) => [outputs.arn];
const byName = ({ inputs }: AccountResource) => [inputs.name];

function ec2(type: string, code: string, noun: string): ReferenceKind {
  return {
    type,
    names: byId,
    failure: (value) => [400, code, `The ${noun} ID '${value}' does not exist`],
  };
}

/**
 * Codes are those of the service's API model; texts are those that users of the real provider report, such as "No cluster found for
 * name" (terraform-aws-modules/terraform-aws-eks#793) and "Could not find source" (app-sre/qontract-reconcile#4207).
 */
export const REFERENCE_KINDS = {
  cluster: {
    type: "aws:eks/cluster:Cluster",
    names: byName,
    failure: (value) => [404, "ResourceNotFoundException", `No cluster found for name: ${value}.`],
  },
  accessEntry: {
    type: "aws:eks/accessEntry:AccessEntry",
    names: ({ inputs }) => [inputs.principalArn],
    failure: () => [
      404,
      "ResourceNotFoundException",
      "The specified principalArn could not be found. You can view your available access entries with 'aws eks list-access-entries'.",
    ],
  },
  vpc: ec2("aws:ec2/vpc:Vpc", "InvalidVpcID.NotFound", "vpc"),
  subnet: ec2("aws:ec2/subnet:Subnet", "InvalidSubnetID.NotFound", "subnet"),
  routeTable: ec2("aws:ec2/routeTable:RouteTable", "InvalidRouteTableID.NotFound", "routeTable"),
  internetGateway: ec2(
    "aws:ec2/internetGateway:InternetGateway",
    "InvalidInternetGatewayID.NotFound",
    "internetGateway",
  ),
  natGateway: ec2("aws:ec2/natGateway:NatGateway", "InvalidNatGatewayID.NotFound", "natGateway"),
  address: ec2("aws:ec2/eip:Eip", "InvalidAllocationID.NotFound", "allocation"),
  securityGroup: {
    type: "aws:ec2/securityGroup:SecurityGroup",
    names: byId,
    failure: (value) => [400, "InvalidGroup.NotFound", `The security group '${value}' does not exist`],
  },
  key: {
    type: "aws:kms/key:Key",
    names: ({ id, outputs }) => [id, outputs.arn],
    failure: (value) => [400, "NotFoundException", `Key '${value}' does not exist`],
  },
  roleName: {
    type: "aws:iam/role:Role",
    names: byName,
    failure: (value) => [404, "NoSuchEntity", `The role with name ${value} cannot be found.`],
  },
  roleArn: {
    type: "aws:iam/role:Role",
    names: byArn,
    failure: () => [400, "InvalidParameterException", "Role provided in the request does not exist."],
  },
  /** A role of the account, or one that was there before the deployment. */
  principal: {
    type: "aws:iam/role:Role",
    names: byArn,
    failure: () => [
      400,
      "InvalidParameterException",
      "The specified principalArn is invalid: invalid principal.",
    ],
  },
  topic: {
    type: "aws:sns/topic:Topic",
    names: byArn,
    failure: () => [404, "NotFound", "Topic does not exist"],
  },
  bucket: {
    type: "aws:s3/bucket:Bucket",
    names: ({ inputs }) => [inputs.bucket],
    failure: () => [404, "NoSuchBucket", "The specified bucket does not exist"],
  },
  bucketArn: {
    type: "aws:s3/bucket:Bucket",
    names: byArn,
    failure: () => [400, "InvalidRequest", "Destination bucket must exist."],
  },
  logGroup: {
    type: "aws:cloudwatch/logGroup:LogGroup",
    names: ({ inputs, outputs }) => [inputs.name, outputs.arn],
    failure: () => [400, "ResourceNotFoundException", "The specified log group does not exist."],
  },
  secret: {
    type: "aws:secretsmanager/secret:Secret",
    names: byId,
    failure: () => [400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."],
  },
  repository: {
    type: "aws:ecr/repository:Repository",
    names: byName,
    failure: (value) => [
      400,
      "RepositoryNotFoundException",
      `The repository with name '${value}' does not exist in the registry`,
    ],
  },
  database: {
    type: "aws:rds/instance:Instance",
    names: ({ inputs }) => [inputs.identifier],
    failure: (value) => [404, "SourceNotFound", `Could not find source :${value}`],
  },
  databaseArn: {
    type: "aws:rds/instance:Instance",
    names: byArn,
    failure: () => [404, "DBInstanceNotFound", "The source DB instance could not be found."],
  },
  databaseSubnets: {
    type: "aws:rds/subnetGroup:SubnetGroup",
    names: byName,
    failure: (value) => [404, "DBSubnetGroupNotFoundFault", `DBSubnetGroup '${value}' not found.`],
  },
  databaseParameters: {
    type: "aws:rds/parameterGroup:ParameterGroup",
    names: byName,
    failure: (value) => [404, "DBParameterGroupNotFound", `DBParameterGroup not found: ${value}`],
  },
  cacheSubnets: {
    type: "aws:elasticache/subnetGroup:SubnetGroup",
    names: byName,
    failure: (value) => [400, "CacheSubnetGroupNotFoundFault", `Cache Subnet Group ${value} does not exist.`],
  },
  cacheParameters: {
    type: "aws:elasticache/parameterGroup:ParameterGroup",
    names: byName,
    failure: (value) => [404, "CacheParameterGroupNotFound", `CacheParameterGroup ${value} not found.`],
  },
} satisfies Readonly<Record<string, ReferenceKind>>;

export type ReferenceName = keyof typeof REFERENCE_KINDS;

/** The values at a dotted path, of every element where the path crosses a list. */
export function valuesAt(values: unknown, path: string): unknown[] {
  return path.split(".").reduce<unknown[]>(
    (found, key) =>
      found.flatMap((value) => {
        const inner = (value as Values | null | undefined)?.[key];
        return inner === undefined || inner === null ? [] : Array.isArray(inner) ? inner : [inner];
      }),
    [values],
  );
}

/** The resource that a value names; undefined if there is none that can be used. */
export function findReferenced(
  { resources, settings }: AccountState,
  name: ReferenceName,
  value: string,
): AccountResource | "outside" | undefined {
  if (settings.existing.includes(value)) return "outside";
  const kind: ReferenceKind = REFERENCE_KINDS[name];
  const found = resources.find(
    (resource) =>
      resource.type === kind.type &&
      resource.deletionDays === undefined &&
      kind.names(resource).includes(value),
  );
  if (found !== undefined) return found;
  // Every cluster and every VPC brings security groups of its own.
  if (name !== "securityGroup") return undefined;
  return resources.find(({ outputs }) =>
    [
      (outputs.vpcConfig as Values | undefined)?.clusterSecurityGroupId,
      outputs.defaultSecurityGroupId,
    ].includes(value),
  );
}
