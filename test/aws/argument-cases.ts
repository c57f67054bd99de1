import type { JsonObject } from "../../plan/plan.ts";

/** Arguments that AWS refuses: the rule that must find them, and what it says. */
export interface ArgumentCase {
  readonly rule: string;
  readonly title: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly says: string;
}

const policy = (...statements: readonly JsonObject[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const READ: JsonObject = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const inlined = (title: string, says: string, text: string): ArgumentCase => ({
  rule: "policies",
  title,
  type: ROLE_POLICY,
  inputs: { name: "policy", policy: text },
  says,
});

const CLUSTER: JsonObject = {
  name: "spacetime-vr-staging",
  bootstrapSelfManagedAddons: false,
  computeConfig: { enabled: true },
  storageConfig: { blockStorage: { enabled: true } },
  kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
};

const cluster = (title: string, says: string, change: JsonObject): ArgumentCase => ({
  rule: "auto-mode",
  title,
  type: "aws:eks/cluster:Cluster",
  inputs: { ...CLUSTER, ...change },
  says,
});

const named = (type: string, property: string, name: string, says: string): ArgumentCase => ({
  rule: "names",
  title: `${property} of ${type}`,
  type,
  inputs: { [property]: name },
  says,
});

const numbered = (type: string, property: string, value: number): ArgumentCase => ({
  rule: "numbers",
  title: `${property} of ${type} as ${value}`,
  type,
  inputs: { [property]: value },
  says: `${property} is ${value}`,
});

const NAMES: readonly ArgumentCase[] = [
  named("aws:iam/role:Role", "name", "r".repeat(65), "65 characters, and 64"),
  named("aws:iam/role:Role", "name", "a role", "characters that the service refuses"),
  named("aws:eks/cluster:Cluster", "name", "c".repeat(101), "101 characters"),
  named("aws:s3/bucket:Bucket", "bucket", "b".repeat(64), "64 characters, and 63"),
  named("aws:s3/bucket:Bucket", "bucket", "Backups", "characters that the service refuses"),
  named("aws:rds/instance:Instance", "identifier", "d".repeat(64), "64 characters, and 63"),
  named("aws:rds/instance:Instance", "identifier", "a--b", "characters that the service refuses"),
  named(
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "replicationGroupId",
    "r".repeat(41),
    "41 characters",
  ),
  named(
    "aws:cloudwatch/logGroup:LogGroup",
    "name",
    "/aws/eks/my cluster",
    "characters that the service refuses",
  ),
  named("aws:kms/alias:Alias", "name", "spacetime-vr", "characters that the service refuses"),
  named("aws:kms/alias:Alias", "name", "alias/aws/rds", "characters that the service refuses"),
  named("aws:ecr/repository:Repository", "name", "Server", "characters that the service refuses"),
  named("aws:ec2/securityGroup:SecurityGroup", "name", "sg-endpoints", "characters that the service refuses"),
  { ...named("aws:iam/role:Role", "name", "", "is not named"), inputs: {} },
];

const NUMBERS: readonly ArgumentCase[] = [
  numbered("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 100),
  numbered("aws:rds/instance:Instance", "backupRetentionPeriod", 36),
  numbered("aws:rds/instance:Instance", "monitoringInterval", 20),
  numbered("aws:elasticache/replicationGroup:ReplicationGroup", "snapshotRetentionLimit", 36),
  numbered("aws:kms/key:Key", "deletionWindowInDays", 3),
  numbered("aws:kms/key:Key", "rotationPeriodInDays", 30),
  numbered("aws:ec2/flowLog:FlowLog", "maxAggregationInterval", 300),
  numbered("aws:secretsmanager/secret:Secret", "recoveryWindowInDays", 3),
];

const POLICIES: readonly ArgumentCase[] = [
  inlined("half a document", "not well-formed JSON", '{"Version":"2012-10-17"'),
  inlined("no statement", "no statements", policy()),
  inlined("an old language", "version", JSON.stringify({ Version: "2008-10-17", Statement: [READ] })),
  inlined("a Sid with a dash", "letters and digits alone", policy({ ...READ, Sid: "read-all" })),
  inlined("one Sid twice", "share a Sid", policy({ ...READ, Sid: "Read" }, { ...READ, Sid: "Read" })),
  inlined("no effect", "needs Effect", policy({ Action: "s3:GetObject", Resource: "*" })),
  inlined("no action", "has no action", policy({ Effect: "Allow", Resource: "*" })),
  inlined("an action without its service", "is no action", policy({ ...READ, Action: "GetObject" })),
  inlined("no resource", "needs a resource", policy({ Effect: "Allow", Action: "s3:GetObject" })),
  inlined("a bucket's name in place of its ARN", "is no resource", policy({ ...READ, Resource: "bucket" })),
  inlined("a principal where none belongs", "names no principal", policy({ ...READ, Principal: "*" })),
  inlined("a misspelt key", "knows no Conditions", policy({ ...READ, Conditions: {} })),
  inlined(
    "an operator that does not exist",
    "no condition operator",
    policy({ ...READ, Condition: { StringIs: { "aws:a": "b" } } }),
  ),
  inlined(
    "a condition key without its service",
    "no condition key",
    policy({ ...READ, Condition: { StringEquals: { SourceAccount: "1" } } }),
  ),
  inlined(
    "more than a role may carry",
    "and 10240 are the most",
    policy({ ...READ, Sid: "x".repeat(10300) }),
  ),
  {
    rule: "policies",
    title: "a trust policy with a resource",
    type: "aws:iam/role:Role",
    inputs: { assumeRolePolicy: policy({ ...READ, Principal: { Service: "ec2.amazonaws.com" } }) },
    says: "names no resource",
  },
  {
    rule: "policies",
    title: "a key's policy without a principal",
    type: "aws:kms/key:Key",
    inputs: { policy: policy(READ) },
    says: "needs a principal",
  },
];

/** Each rule broken, once or more. */
export const ARGUMENT_CASES: readonly ArgumentCase[] = [
  ...NAMES,
  ...NUMBERS,
  ...POLICIES,
  cluster("compute without storage", "switches of Auto Mode differ", { storageConfig: {} }),
  cluster("load balancing left out", "switches of Auto Mode differ", { kubernetesNetworkConfig: {} }),
  cluster("the old add-ons beside it", "bootstrapSelfManagedAddons", { bootstrapSelfManagedAddons: true }),
  cluster("networks for a closed endpoint", "without a public endpoint", {
    vpcConfig: { endpointPublicAccess: false, publicAccessCidrs: ["10.0.0.0/16"] },
  }),
  {
    rule: "networks",
    title: "bits beyond the prefix",
    type: "aws:ec2/subnet:Subnet",
    inputs: { cidrBlock: "10.20.1.0/16" },
    says: "is no network",
  },
  {
    rule: "networks",
    title: "an octet too large, deep inside",
    type: "aws:eks/cluster:Cluster",
    inputs: { vpcConfig: { publicAccessCidrs: ["10.256.0.0/16"] } },
    says: "vpcConfig.publicAccessCidrs",
  },
  {
    rule: "arns",
    title: "a name in place of an ARN",
    type: "aws:ec2/flowLog:FlowLog",
    inputs: { iamRoleArn: "flow-logs" },
    says: "is no ARN",
  },
  {
    rule: "arns",
    title: "an account that is too short",
    type: "aws:eks/accessEntry:AccessEntry",
    inputs: { principalArn: "arn:aws:iam::12345:role/x" },
    says: "is no ARN",
  },
  {
    rule: "windows",
    title: "an hour that does not exist",
    type: "aws:rds/instance:Instance",
    inputs: { backupWindow: "24:00-25:00" },
    says: "backupWindow",
  },
  {
    rule: "windows",
    title: "a day in full",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    inputs: { maintenanceWindow: "sunday:02:00-sunday:03:00" },
    says: "maintenanceWindow",
  },
  {
    rule: "tags",
    title: "AWS' own prefix",
    type: "aws:ec2/vpc:Vpc",
    inputs: { tags: { "aws:x": "y" } },
    says: "aws:x",
  },
  {
    rule: "tags",
    title: "a value with a comma",
    type: "aws:ec2/vpc:Vpc",
    inputs: { tags: { a: "b,c" } },
    says: "b,c",
  },
  {
    rule: "endpoints",
    title: "an interface endpoint in no subnet",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    inputs: { vpcEndpointType: "Interface" },
    says: "subnetIds is missing",
  },
  {
    rule: "endpoints",
    title: "a gateway endpoint with a name of its own",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    inputs: { vpcEndpointType: "Gateway", routeTableIds: ["a"], privateDnsEnabled: true },
    says: "privateDnsEnabled is for the other type",
  },
  {
    rule: "endpoints",
    title: "a regional NAT gateway in one subnet",
    type: "aws:ec2/natGateway:NatGateway",
    inputs: { availabilityMode: "regional", vpcId: "vpc", subnetId: "subnet" },
    says: "subnetId is for the other mode",
  },
  {
    rule: "endpoints",
    title: "a zonal NAT gateway without an address",
    type: "aws:ec2/natGateway:NatGateway",
    inputs: { subnetId: "subnet" },
    says: "allocationId is missing",
  },
  {
    rule: "descriptions",
    title: "an apostrophe, which EC2 does not take",
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: { name: "group", description: "the cluster's" },
    says: "is refused",
  },
];
