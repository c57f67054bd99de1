import type { JsonObject } from "../../plan/plan.ts";

/** Arguments that AWS rejects, with the rule that must report them and its message. */
interface ArgumentCase {
  readonly rule: string;
  readonly title: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly message: string;
}

const policyDocument = (...statements: readonly JsonObject[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const READ_STATEMENT: JsonObject = {
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::bucket/*",
};

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const rolePolicyCase = (title: string, says: string, text: string): ArgumentCase => ({
  rule: "policies",
  title,
  type: ROLE_POLICY,
  inputs: { name: "policy", policy: text },
  message: says,
});

const VALID_CLUSTER: JsonObject = {
  name: "spacetime-vr-staging",
  bootstrapSelfManagedAddons: false,
  computeConfig: { enabled: true },
  storageConfig: { blockStorage: { enabled: true } },
  kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
};

const clusterCase = (title: string, says: string, change: JsonObject): ArgumentCase => ({
  rule: "auto-mode",
  title,
  type: "aws:eks/cluster:Cluster",
  inputs: { ...VALID_CLUSTER, ...change },
  message: says,
});

const nameCase = (type: string, property: string, name: string, says: string): ArgumentCase => ({
  rule: "names",
  title: `${property} of ${type}`,
  type,
  inputs: { [property]: name },
  message: says,
});

const numberCase = (type: string, property: string, value: number): ArgumentCase => ({
  rule: "numbers",
  title: `${property} of ${type} as ${value}`,
  type,
  inputs: { [property]: value },
  message: `${property} is ${value}`,
});

const NAME_CASES: readonly ArgumentCase[] = [
  nameCase("aws:iam/role:Role", "name", "r".repeat(65), "65 characters, and 64"),
  nameCase("aws:iam/role:Role", "name", "a role", "characters that the service rejects"),
  nameCase("aws:eks/cluster:Cluster", "name", "c".repeat(101), "101 characters"),
  nameCase("aws:s3/bucket:Bucket", "bucket", "b".repeat(64), "64 characters, and 63"),
  nameCase("aws:s3/bucket:Bucket", "bucket", "Backups", "characters that the service rejects"),
  nameCase("aws:rds/instance:Instance", "identifier", "d".repeat(64), "64 characters, and 63"),
  nameCase("aws:rds/instance:Instance", "identifier", "a--b", "characters that the service rejects"),
  nameCase(
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "replicationGroupId",
    "r".repeat(41),
    "41 characters",
  ),
  nameCase(
    "aws:cloudwatch/logGroup:LogGroup",
    "name",
    "/aws/eks/my cluster",
    "characters that the service rejects",
  ),
  nameCase("aws:kms/alias:Alias", "name", "spacetime-vr", "characters that the service rejects"),
  nameCase("aws:kms/alias:Alias", "name", "alias/aws/rds", "characters that the service rejects"),
  nameCase(
    "aws:ec2/securityGroup:SecurityGroup",
    "name",
    "sg-endpoints",
    "characters that the service rejects",
  ),
  { ...nameCase("aws:iam/role:Role", "name", "", "is not named"), inputs: {} },
];

const NUMBER_CASES: readonly ArgumentCase[] = [
  numberCase("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 100),
  numberCase("aws:rds/instance:Instance", "backupRetentionPeriod", 36),
  numberCase("aws:rds/instance:Instance", "monitoringInterval", 20),
  numberCase("aws:elasticache/replicationGroup:ReplicationGroup", "snapshotRetentionLimit", 36),
  numberCase("aws:kms/key:Key", "deletionWindowInDays", 3),
  numberCase("aws:kms/key:Key", "rotationPeriodInDays", 30),
  numberCase("aws:ec2/flowLog:FlowLog", "maxAggregationInterval", 300),
  numberCase("aws:secretsmanager/secret:Secret", "recoveryWindowInDays", 3),
];

const POLICY_CASES: readonly ArgumentCase[] = [
  rolePolicyCase("half a document", "not well-formed JSON", '{"Version":"2012-10-17"'),
  rolePolicyCase("no statement", "no statements", policyDocument()),
  rolePolicyCase(
    "an old language",
    "version",
    JSON.stringify({ Version: "2008-10-17", Statement: [READ_STATEMENT] }),
  ),
  rolePolicyCase(
    "a Sid with a dash",
    "letters and digits alone",
    policyDocument({ ...READ_STATEMENT, Sid: "read-all" }),
  ),
  rolePolicyCase(
    "one Sid twice",
    "share a Sid",
    policyDocument({ ...READ_STATEMENT, Sid: "Read" }, { ...READ_STATEMENT, Sid: "Read" }),
  ),
  rolePolicyCase("no effect", "needs Effect", policyDocument({ Action: "s3:GetObject", Resource: "*" })),
  rolePolicyCase("no action", "has no action", policyDocument({ Effect: "Allow", Resource: "*" })),
  rolePolicyCase(
    "an action without its service",
    "is not a valid action",
    policyDocument({ ...READ_STATEMENT, Action: "GetObject" }),
  ),
  rolePolicyCase(
    "no resource",
    "needs a resource",
    policyDocument({ Effect: "Allow", Action: "s3:GetObject" }),
  ),
  rolePolicyCase(
    "a bucket's name in place of its ARN",
    "is not a valid resource",
    policyDocument({ ...READ_STATEMENT, Resource: "bucket" }),
  ),
  rolePolicyCase(
    "a principal where none belongs",
    "names no principal",
    policyDocument({ ...READ_STATEMENT, Principal: "*" }),
  ),
  rolePolicyCase(
    "a misspelt key",
    "knows no Conditions",
    policyDocument({ ...READ_STATEMENT, Conditions: {} }),
  ),
  rolePolicyCase(
    "an operator that does not exist",
    "is not a valid condition operator",
    policyDocument({ ...READ_STATEMENT, Condition: { StringIs: { "aws:a": "b" } } }),
  ),
  rolePolicyCase(
    "a condition key without its service",
    "is not a valid condition key",
    policyDocument({ ...READ_STATEMENT, Condition: { StringEquals: { SourceAccount: "1" } } }),
  ),
  rolePolicyCase(
    "more than a role may carry",
    "and 10240 are the most",
    policyDocument({ ...READ_STATEMENT, Sid: "x".repeat(10300) }),
  ),
  {
    rule: "policies",
    title: "a trust policy with a resource",
    type: "aws:iam/role:Role",
    inputs: {
      assumeRolePolicy: policyDocument({ ...READ_STATEMENT, Principal: { Service: "ec2.amazonaws.com" } }),
    },
    message: "names no resource",
  },
  {
    rule: "policies",
    title: "a key's policy without a principal",
    type: "aws:kms/key:Key",
    inputs: { policy: policyDocument(READ_STATEMENT) },
    message: "needs a principal",
  },
];

/** Each rule broken, once or more. */
export const ARGUMENT_CASES: readonly ArgumentCase[] = [
  ...NAME_CASES,
  ...NUMBER_CASES,
  ...POLICY_CASES,
  clusterCase("compute without storage", "switches of Auto Mode differ", { storageConfig: {} }),
  clusterCase("load balancing left out", "switches of Auto Mode differ", { kubernetesNetworkConfig: {} }),
  clusterCase("the old add-ons beside it", "bootstrapSelfManagedAddons", {
    bootstrapSelfManagedAddons: true,
  }),
  clusterCase("networks for a closed endpoint", "without a public endpoint", {
    vpcConfig: { endpointPublicAccess: false, publicAccessCidrs: ["10.0.0.0/16"] },
  }),
  {
    rule: "networks",
    title: "bits beyond the prefix",
    type: "aws:ec2/subnet:Subnet",
    inputs: { cidrBlock: "10.20.1.0/16" },
    message: "is not a valid CIDR",
  },
  {
    rule: "networks",
    title: "an octet too large, deep inside",
    type: "aws:eks/cluster:Cluster",
    inputs: { vpcConfig: { publicAccessCidrs: ["10.256.0.0/16"] } },
    message: "vpcConfig.publicAccessCidrs",
  },
  {
    rule: "arns",
    title: "a name in place of an ARN",
    type: "aws:ec2/flowLog:FlowLog",
    inputs: { iamRoleArn: "flow-logs" },
    message: "is not a valid ARN",
  },
  {
    rule: "arns",
    title: "an account that is too short",
    type: "aws:eks/accessEntry:AccessEntry",
    inputs: { principalArn: "arn:aws:iam::12345:role/x" },
    message: "is not a valid ARN",
  },
  {
    rule: "windows",
    title: "an hour that does not exist",
    type: "aws:rds/instance:Instance",
    inputs: { backupWindow: "24:00-25:00" },
    message: "backupWindow",
  },
  {
    rule: "windows",
    title: "a day in full",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    inputs: { maintenanceWindow: "sunday:02:00-sunday:03:00" },
    message: "maintenanceWindow",
  },
  {
    rule: "tags",
    title: "AWS' own prefix",
    type: "aws:ec2/vpc:Vpc",
    inputs: { tags: { "aws:x": "y" } },
    message: "aws:x",
  },
  {
    rule: "tags",
    title: "a value with a comma",
    type: "aws:ec2/vpc:Vpc",
    inputs: { tags: { a: "b,c" } },
    message: "b,c",
  },
  {
    rule: "endpoints",
    title: "an interface endpoint in no subnet",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    inputs: { vpcEndpointType: "Interface" },
    message: "subnetIds is missing",
  },
  {
    rule: "endpoints",
    title: "a gateway endpoint with a name of its own",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    inputs: { vpcEndpointType: "Gateway", routeTableIds: ["a"], privateDnsEnabled: true },
    message: "privateDnsEnabled is for the other type",
  },
  {
    rule: "endpoints",
    title: "a regional NAT gateway in one subnet",
    type: "aws:ec2/natGateway:NatGateway",
    inputs: { availabilityMode: "regional", vpcId: "vpc", subnetId: "subnet" },
    message: "subnetId is for the other mode",
  },
  {
    rule: "endpoints",
    title: "a zonal NAT gateway without an address",
    type: "aws:ec2/natGateway:NatGateway",
    inputs: { subnetId: "subnet" },
    message: "allocationId is missing",
  },
  {
    rule: "descriptions",
    title: "an apostrophe, which EC2 does not take",
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: { name: "group", description: "the cluster's" },
    message: "is rejected",
  },
];
