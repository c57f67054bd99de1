/**
 * Formats of values, as the validators of the provider and the API references of the services document them. Sources: the `ValidateFunc`
 * of the resource in hashicorp/terraform-provider-aws, and the parameter tables of docs.aws.amazon.com.
 */
const ARN = /^arn:aws[\w-]*:[\w-]+:[a-z0-9-]*:(\d{12}|aws)?:.+$/;
const IPV4_CIDR = /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/;
const DAILY_WINDOW = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const WEEKLY_WINDOW =
  /^(sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d-(sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d$/;
/** No two hyphens in a row and none at the end. */
const STORE_NAME = /^(?!.*--)[a-z][a-z0-9-]*(?<!-)$/;
const GROUP_DESCRIPTION = /^[0-9A-Za-z_ .:/()#,@[\]+=&;{}!$*-]{1,255}$/;
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const LOG_RETENTION =
  /^(0|1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653)$/;

/** The formats by type token and path of the property. */
export const FORMATS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    name: /^[a-zA-Z0-9_\-/.#]{1,512}$/,
    retentionInDays: LOG_RETENTION,
    kmsKeyId: ARN,
  },
  "aws:ec2/securityGroup:SecurityGroup": { name: /^(?!sg-).{1,255}$/, description: GROUP_DESCRIPTION },
  "aws:ec2/subnet:Subnet": { cidrBlock: IPV4_CIDR },
  "aws:ec2/vpc:Vpc": { cidrBlock: IPV4_CIDR },
  "aws:ecr/repository:Repository": {
    name: /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    imageTagMutability: /^(IMMUTABLE|MUTABLE)$/,
  },
  "aws:eks/accessEntry:AccessEntry": { principalArn: ARN, type: /^(STANDARD|EC2|EC2_LINUX|FARGATE_LINUX)$/ },
  "aws:eks/addon:Addon": {
    addonVersion: /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
    resolveConflictsOnCreate: /^(NONE|OVERWRITE)$/,
    resolveConflictsOnUpdate: /^(NONE|OVERWRITE|PRESERVE)$/,
  },
  "aws:eks/cluster:Cluster": {
    name: /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
    roleArn: ARN,
    version: /^1\.\d\d$/,
    "vpcConfig.publicAccessCidrs": IPV4_CIDR,
    "kubernetesNetworkConfig.serviceIpv4Cidr": IPV4_CIDR,
    enabledClusterLogTypes: /^(api|audit|authenticator|controllerManager|scheduler)$/,
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": { roleArn: ARN },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    replicationGroupId: /^(?!.*--)[a-zA-Z][0-9a-zA-Z-]{0,39}(?<!-)$/,
    authToken: /^[0-9A-Za-z!&#$^<>-]{16,128}$/,
    engine: /^(redis|valkey)$/,
    maintenanceWindow: WEEKLY_WINDOW,
    snapshotWindow: DAILY_WINDOW,
  },
  "aws:iam/role:Role": { name: ROLE_NAME, permissionsBoundary: ARN, description: /^[\s\S]{0,1000}$/ },
  "aws:iam/rolePolicy:RolePolicy": { name: /^[\w+=,.@-]{1,128}$/ },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { policyArn: ARN },
  "aws:kms/alias:Alias": { name: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/ },
  "aws:kms/key:Key": { deletionWindowInDays: /^([7-9]|[12]\d|30)$/, rotationPeriodInDays: /^\d{2,4}$/ },
  "aws:rds/instance:Instance": {
    identifier: STORE_NAME,
    finalSnapshotIdentifier: /^(?!.*--)[A-Za-z][0-9A-Za-z-]*(?<!-)$/,
    kmsKeyId: ARN,
    backupWindow: DAILY_WINDOW,
    maintenanceWindow: WEEKLY_WINDOW,
    instanceClass: /^db\.[a-z0-9]+\.[a-z0-9]+$/,
  },
  "aws:rds/parameterGroup:ParameterGroup": { name: STORE_NAME, family: /^postgres\d+$/ },
  "aws:rds/subnetGroup:SubnetGroup": { name: /^[a-z0-9 _.-]{1,255}$/ },
  "aws:s3/bucket:Bucket": { bucket: /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
  "aws:secretsmanager/secret:Secret": {
    name: /^[A-Za-z0-9/_+=.@-]{1,512}$/,
    recoveryWindowInDays: /^(0|[7-9]|[12]\d|30)$/,
  },
  "aws:sns/topic:Topic": { name: /^[A-Za-z0-9_-]{1,256}(\.fifo)?$/ },
  "aws:sns/topicSubscription:TopicSubscription": {
    protocol: /^(sqs|sms|lambda|firehose|application|email|email-json|http|https)$/,
  },
};

/** Properties with a JSON document, which the services parse. */
export const JSON_DOCUMENTS: readonly string[] = [
  "assumeRolePolicy",
  "policy",
  "configurationValues",
  "redrivePolicy",
];
