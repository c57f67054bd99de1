import { disallowPublicNodeAddresses } from "../../../policy/rules/aws/disallow-public-node-addresses.ts";
import { disallowPublicSecurityGroupIngress } from "../../../policy/rules/aws/disallow-public-security-group-ingress.ts";
import { disallowWildcardPrincipals } from "../../../policy/rules/aws/disallow-wildcard-principals.ts";
import { enableControlPlaneLogging } from "../../../policy/rules/aws/enable-control-plane-logging.ts";
import { enableKmsKeyRotation } from "../../../policy/rules/aws/enable-kms-key-rotation.ts";
import { enableVpcFlowLogs } from "../../../policy/rules/aws/enable-vpc-flow-logs.ts";
import { limitMonthlyCost } from "../../../policy/rules/aws/limit-monthly-cost.ts";
import { requireAddOnVersion } from "../../../policy/rules/aws/require-add-on-version.ts";
import { requireConsistentAutoMode } from "../../../policy/rules/aws/require-consistent-auto-mode.ts";
import { requireDefaultTags } from "../../../policy/rules/aws/require-default-tags.ts";
import { requireEbsEncryption } from "../../../policy/rules/aws/require-ebs-encryption.ts";
import { requireEksAccessEntries } from "../../../policy/rules/aws/require-eks-access-entries.ts";
import { requireEksSecretsEncryption } from "../../../policy/rules/aws/require-eks-secrets-encryption.ts";
import { requireLogRetention } from "../../../policy/rules/aws/require-log-retention.ts";
import { requirePermissionsBoundary } from "../../../policy/rules/aws/require-permissions-boundary.ts";
import { requirePodIdentity } from "../../../policy/rules/aws/require-pod-identity.ts";
import { requireThreeAvailabilityZones } from "../../../policy/rules/aws/require-three-availability-zones.ts";
import { restrictApiEndpoint } from "../../../policy/rules/aws/restrict-api-endpoint.ts";
import { restrictAwsAccount } from "../../../policy/rules/aws/restrict-aws-account.ts";
import { restrictAwsRegions } from "../../../policy/rules/aws/restrict-aws-regions.ts";
import { restrictIamPermissions } from "../../../policy/rules/aws/restrict-iam-permissions.ts";
import {
  allowStatement,
  BUCKET_NAME,
  CLUSTER,
  NOT_ON_AWS,
  ON_STAGING,
  onAws,
  POLICY,
  PROVIDER,
  policyDocument,
  VPC,
} from "./aws-fixtures.ts";
import { add, CONTAINER, combine, GAME, remove, set, unknownAt, withoutPods } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const ZONES = ["a", "b", "c"].map((letter) => `eu-central-1${letter}`);
const inZone = (tier: string, zone: string) => `cluster-network-${tier}-${zone}`;
const everySubnet = ["public", "private", "isolated"].flatMap((tier) =>
  ZONES.map((zone) => inZone(tier, zone)),
);
const WRITES = "logs:PutLogEvents";
const LOGS = "cluster-control-plane-logs";
const INGRESS = "cluster-network-endpoints-from-0";
const ROLE = "cluster-control-plane-role";
const KEY = "cluster-keys-data";

const CASES: readonly RuleCases[] = [
  {
    rule: requireThreeAvailabilityZones,
    violations: [
      {
        title: "subnets in two zones only",
        change: combine(
          ...everySubnet
            .filter((name) => name.endsWith("c"))
            .map((name) => set(name, "availabilityZone", ZONES[0])),
        ),
        findings: [`${VPC}: its subnets are in 2 zones, fewer than 3`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(inZone("private", "eu-central-1a"), "availabilityZone")],
  },
  {
    rule: disallowPublicNodeAddresses,
    violations: [
      {
        title: "a subnet that assigns public addresses",
        change: set(inZone("private", "eu-central-1a"), "mapPublicIpOnLaunch", true),
        findings: [
          "cluster-network-private-eu-central-1a mapPublicIpOnLaunch: instances get public IP addresses",
        ],
      },
      {
        title: "a node class with public addresses",
        change: set("cluster-nodes-class", "spec.advancedNetworking.associatePublicIPAddress", true),
        findings: [
          "cluster-nodes-class spec.advancedNetworking.associatePublicIPAddress: instances get public IP addresses",
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(inZone("private", "eu-central-1a"), "mapPublicIpOnLaunch")],
  },
  {
    rule: requireEksSecretsEncryption,
    violations: [
      {
        title: "no encryption configuration",
        change: set(CLUSTER, "encryptionConfig", undefined),
        findings: [
          `${CLUSTER} encryptionConfig.provider.keyArn: no KMS key is set`,
          `${CLUSTER} encryptionConfig.resources: encryptionConfig does not include secrets`,
        ],
      },
      {
        title: "an encryption configuration without secrets",
        change: set(CLUSTER, "encryptionConfig.resources", ["pods"]),
        findings: [`${CLUSTER} encryptionConfig.resources: encryptionConfig does not include secrets`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CLUSTER, "encryptionConfig.resources")],
  },
  {
    rule: enableKmsKeyRotation,
    compliant: [
      { title: "the default deletion window", change: set(KEY, "deletionWindowInDays", undefined) },
    ],
    violations: [
      {
        title: "a key without rotation",
        change: set(KEY, "enableKeyRotation", false),
        findings: [`${KEY} enableKeyRotation: key rotation is not enabled (false)`],
      },
      {
        title: "a short deletion window in production",
        change: set(KEY, "deletionWindowInDays", 7),
        findings: [`${KEY} deletionWindowInDays: the deletion window is 7 days, fewer than 30`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(KEY, "enableKeyRotation")],
  },
  {
    rule: enableControlPlaneLogging,
    violations: [
      {
        title: "the audit log type is missing",
        change: set(CLUSTER, "enabledClusterLogTypes", [
          "api",
          "authenticator",
          "controllerManager",
          "scheduler",
        ]),
        findings: [`${CLUSTER} enabledClusterLogTypes: these log types are not enabled: audit`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CLUSTER, "enabledClusterLogTypes")],
  },
  {
    rule: requireEksAccessEntries,
    violations: [
      {
        title: "access by ConfigMap is also enabled",
        change: set(CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
        findings: [
          `${CLUSTER} accessConfig.authenticationMode: authenticationMode is "API_AND_CONFIG_MAP", not "API"`,
        ],
      },
      {
        title: "permanent administrator rights of the cluster creator",
        change: set(CLUSTER, "accessConfig.bootstrapClusterCreatorAdminPermissions", undefined),
        findings: [
          `${CLUSTER} accessConfig.bootstrapClusterCreatorAdminPermissions: the cluster creator gets permanent administrator rights`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CLUSTER, "accessConfig.authenticationMode")],
  },
  {
    rule: restrictApiEndpoint,
    compliant: [
      {
        title: "the public endpoint is disabled",
        change: combine(
          set(CLUSTER, "vpcConfig.endpointPublicAccess", false),
          set(CLUSTER, "vpcConfig.publicAccessCidrs", undefined),
        ),
      },
    ],
    violations: [
      {
        title: "a public endpoint for all addresses",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", ["192.0.2.0/24", "0.0.0.0/0"]),
        findings: [
          `${CLUSTER} vpcConfig.publicAccessCidrs[1]: the public endpoint is open to the whole internet: "0.0.0.0/0"`,
        ],
      },
      {
        title: "a public endpoint for two CIDRs that cover all addresses",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", ["0.0.0.0/1", "128.0.0.0/1"]),
        findings: [
          `${CLUSTER} vpcConfig.publicAccessCidrs[0]: the public endpoint is open to the whole internet: "0.0.0.0/1"`,
          `${CLUSTER} vpcConfig.publicAccessCidrs[1]: the public endpoint is open to the whole internet: "128.0.0.0/1"`,
        ],
      },
      {
        title: "a public endpoint without CIDRs",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", undefined),
        findings: [`${CLUSTER} vpcConfig.publicAccessCidrs: the public endpoint has no publicAccessCidrs`],
      },
      {
        title: "private endpoint access is not enabled",
        change: set(CLUSTER, "vpcConfig.endpointPrivateAccess", undefined),
        findings: [
          `${CLUSTER} vpcConfig.endpointPrivateAccess: private endpoint access is not enabled (missing)`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CLUSTER, "vpcConfig.publicAccessCidrs")],
  },
  {
    rule: requireConsistentAutoMode,
    violations: [
      {
        title: "block storage is disabled",
        change: set(CLUSTER, "storageConfig.blockStorage.enabled", false),
        findings: [
          `${CLUSTER} storageConfig.blockStorage.enabled: the value differs from computeConfig.enabled (false)`,
        ],
      },
      {
        title: "self-managed add-ons in addition to Auto Mode",
        change: set(CLUSTER, "bootstrapSelfManagedAddons", undefined),
        findings: [
          `${CLUSTER} bootstrapSelfManagedAddons: bootstrapSelfManagedAddons must be false: Auto Mode includes networking and DNS`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CLUSTER, "computeConfig.enabled")],
  },
  {
    rule: requireAddOnVersion,
    violations: [
      {
        title: "an add-on without a version",
        change: set("cluster-add-ons-metrics-server", "addonVersion", undefined),
        findings: [
          "cluster-add-ons-metrics-server addonVersion: addonVersion is not set, so AWS chooses the version",
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt("cluster-add-ons-metrics-server", "addonVersion")],
  },
  {
    rule: requirePermissionsBoundary,
    violations: [
      {
        title: "a role outside of the environment's path",
        change: set(ROLE, "path", undefined),
        findings: [`${ROLE} path: the path is /, not /spacetime-vr/<cluster name>/`],
      },
      {
        title: "no permissions boundary",
        change: set(ROLE, "permissionsBoundary", undefined),
        findings: [
          `${ROLE} permissionsBoundary: the role has no permissions boundary of the bootstrap template`,
        ],
      },
      {
        title: "the permissions boundary of another project",
        change: set(ROLE, "permissionsBoundary", "arn:aws:iam::471112345678:policy/boundary"),
        findings: [
          `${ROLE} permissionsBoundary: the role has no permissions boundary of the bootstrap template`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(ROLE, "path"), unknownAt(ROLE, "permissionsBoundary")],
  },
  {
    rule: limitMonthlyCost,
    violations: [
      {
        title: "a network with an endpoint in many zones",
        change: set(
          "cluster-network-endpoint-sts",
          "subnetIds",
          Array.from({ length: 60 }, (_, zone) => `subnet-${zone}`),
        ),
        findings: [`${CLUSTER}: the environment costs at least 1396 USD a month, and its budget is 1200 USD`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt("postgres-instance", "instanceClass"), unknownAt("redis-group", "nodeType")],
  },
  {
    rule: requirePodIdentity,
    violations: [
      {
        title: "an IAM user with an access key",
        change: combine(
          add("aws:iam/user:User", "robot", { name: "robot" }),
          add("aws:iam/accessKey:AccessKey", "robot-key", { user: "robot" }),
        ),
        findings: [
          "robot: IAM users and access keys are long-lived credentials",
          "robot-key: IAM users and access keys are long-lived credentials",
        ],
      },
      {
        title: "an access key in an environment variable",
        change: set(GAME, `${CONTAINER}.env[0]`, { name: "AWS_SECRET_ACCESS_KEY" }),
        findings: [
          `${GAME} ${CONTAINER}.env[0].name: the container's environment contains an AWS access key`,
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.env[0].name`)],
  },
  {
    rule: restrictIamPermissions,
    compliant: [
      {
        title: "an action without resource-level permissions",
        change: set(POLICY, "policy", allowStatement({ Action: "ecr:GetAuthorizationToken", Resource: "*" })),
      },
      {
        title: "a statement that denies everything",
        change: set(POLICY, "policy", policyDocument({ Effect: "Deny", Action: "*", Resource: "*" })),
      },
      {
        title: "all resources with a restrictive condition",
        change: set(
          POLICY,
          "policy",
          allowStatement({
            Action: WRITES,
            Resource: "*",
            Condition: { StringEquals: { "aws:ResourceTag/a": "b" } },
          }),
        ),
      },
    ],
    violations: [
      {
        title: "all actions",
        change: set(POLICY, "policy", allowStatement({ Action: "*", Resource: "*" })),
        findings: [`${POLICY} policy: the statement allows every action: *`],
      },
      {
        title: "all actions in an inline policy",
        change: set(ROLE, "inlinePolicies", [
          { name: "a", policy: allowStatement({ Action: "*", Resource: "*" }) },
        ]),
        findings: [`${ROLE} inlinePolicies[0].policy: the statement allows every action: *`],
      },
      {
        title: "all actions in an AWS managed policy",
        change: combine(
          set(ROLE, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
          add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
            policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
          }),
        ),
        findings: [
          "attached policyArn: the statement allows every action: AmazonS3FullAccess",
          `${ROLE} managedPolicyArns[0]: the statement allows every action: AdministratorAccess`,
        ],
      },
      {
        title: "an action on all resources of a service, with a wildcard ARN",
        change: set(
          POLICY,
          "policy",
          allowStatement({ Action: "s3:GetObject", Resource: ["arn:aws:s3:::*"] }),
        ),
        findings: [`${POLICY} policy: the statement allows s3:GetObject on every resource`],
      },
      {
        title: "an action on all resources with a condition that is always true",
        change: set(
          POLICY,
          "policy",
          allowStatement({
            Action: WRITES,
            Resource: "*",
            Condition: {
              Bool: { "aws:SecureTransport": "true" },
              StringLike: { "aws:PrincipalArn": "*" },
              StringNotEquals: { "aws:PrincipalTag/a": "b" },
            },
          }),
        ),
        findings: [`${POLICY} policy: the statement allows ${WRITES} on every resource`],
      },
      {
        title: "a policy document without statements",
        change: set(POLICY, "policy", "{}"),
        findings: [`${POLICY} policy: the policy document cannot be parsed`],
      },
      {
        title: "all actions of a service",
        change: set(POLICY, "policy", allowStatement({ Action: ["s3:*"], Resource: "arn:aws:s3:::one" })),
        findings: [`${POLICY} policy: the statement allows every action: s3:*`],
      },
      {
        title: "an action on all resources",
        change: set(
          POLICY,
          "policy",
          allowStatement({ Action: ["s3:GetObject", "sts:GetCallerIdentity"], Resource: ["*"] }),
        ),
        findings: [`${POLICY} policy: the statement allows s3:GetObject on every resource`],
      },
      {
        title: "a statement with NotAction",
        change: set(POLICY, "policy", allowStatement({ NotAction: "iam:*", Resource: "*" })),
        findings: [
          `${POLICY} policy: the statement uses NotAction or NotResource, which allows everything that is not listed`,
        ],
      },
      {
        title: "an unparsable policy document",
        change: set(POLICY, "policy", "{"),
        findings: [`${POLICY} policy: the policy document cannot be parsed`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(POLICY, "policy")],
  },
  {
    rule: disallowWildcardPrincipals,
    compliant: [{ title: "the default key policy of AWS", change: set(KEY, "policy", undefined) }],
    violations: [
      {
        title: "a role that every account can assume",
        change: set(
          ROLE,
          "assumeRolePolicy",
          allowStatement({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
        ),
        findings: [`${ROLE} assumeRolePolicy: the statement allows every AWS account`],
      },
      {
        title: "a role with NotPrincipal",
        change: set(
          ROLE,
          "assumeRolePolicy",
          allowStatement({
            NotPrincipal: { AWS: "arn:aws:iam::471112345678:root" },
            Action: "sts:AssumeRole",
          }),
        ),
        findings: [`${ROLE} assumeRolePolicy: the statement allows every AWS account`],
      },
      {
        title: "a key and a topic for every account",
        change: combine(
          set(
            KEY,
            "policy",
            allowStatement({ Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" }),
          ),
          add("aws:sns/topicPolicy:TopicPolicy", "topic", {
            policy: allowStatement({
              Principal: "*",
              Action: "sns:Publish",
              Condition: { StringLike: { "aws:SourceAccount": "*" } },
            }),
          }),
        ),
        findings: [
          `${KEY} policy: the statement allows every AWS account`,
          "topic policy: the statement allows every AWS account",
        ],
      },
      {
        title: "a bucket for every account",
        change: set(
          "backup-main-policy",
          "policy",
          allowStatement({ Principal: "*", Action: "s3:GetObject", Resource: BUCKET_NAME }),
        ),
        findings: ["backup-main-policy policy: the statement allows every AWS account"],
      },
      {
        title: "an unparsable policy document",
        change: set(ROLE, "assumeRolePolicy", undefined),
        findings: [`${ROLE} assumeRolePolicy: the policy document cannot be parsed`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(ROLE, "assumeRolePolicy")],
  },
  {
    rule: requireLogRetention,
    violations: [
      {
        title: "the retention is not set",
        change: set(LOGS, "retentionInDays", undefined),
        findings: [`${LOGS} retentionInDays: retentionInDays is missing, below the minimum of 90 days`],
      },
      {
        title: "a retention of a week",
        change: set(LOGS, "retentionInDays", 7),
        findings: [`${LOGS} retentionInDays: retentionInDays is 7, below the minimum of 90 days`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(LOGS, "retentionInDays")],
  },
  {
    rule: requireDefaultTags,
    violations: [
      {
        title: "no tags",
        change: set(PROVIDER, "defaultTags", undefined),
        findings: [`${PROVIDER} defaultTags: missing default tags: environment, project, managed-by`],
      },
      {
        title: "a required tag is missing",
        change: set(
          PROVIDER,
          "defaultTags",
          JSON.stringify({ tags: { environment: "production", project: "a" } }),
        ),
        findings: [`${PROVIDER} defaultTags: missing default tags: managed-by`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(PROVIDER, "defaultTags")],
  },
  {
    rule: restrictAwsRegions,
    violations: [
      {
        title: "a provider in a region that is not allowed",
        change: set(PROVIDER, "region", "us-east-1"),
        findings: [`${PROVIDER} region: "us-east-1" is not an allowed region: eu-central-1, eu-west-1`],
      },
      {
        title: "a resource in a region that is not allowed",
        change: set(LOGS, "region", "us-east-1"),
        findings: [`${LOGS} region: "us-east-1" is not an allowed region: eu-central-1, eu-west-1`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(PROVIDER, "region")],
  },
  {
    rule: restrictAwsAccount,
    violations: [
      {
        title: "no account restriction",
        change: set(PROVIDER, "allowedAccountIds", undefined),
        findings: [`${PROVIDER} allowedAccountIds: allowedAccountIds allows any account`],
      },
      {
        title: "two allowed accounts",
        change: set(PROVIDER, "allowedAccountIds", '["471112345678","471112345679"]'),
        findings: [`${PROVIDER} allowedAccountIds: allowedAccountIds allows 2 accounts`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(PROVIDER, "allowedAccountIds")],
  },
  {
    rule: disallowPublicSecurityGroupIngress,
    violations: [
      {
        title: "a rule that allows all addresses",
        change: set(INGRESS, "cidrIpv4", "0.0.0.0/0"),
        findings: [`${INGRESS} cidrIpv4: the source range "0.0.0.0/0" allows the whole internet`],
      },
      {
        title: "all public IPv6 addresses in the default security group",
        change: add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
          ingress: [{ ipv6CidrBlocks: ["2000::/3"] }],
        }),
        findings: [
          'default ingress[0].ipv6CidrBlocks[0]: the source range "2000::/3" allows the whole internet',
        ],
      },
      {
        title: "an inline rule that allows all addresses",
        change: set("postgres-security-group", "ingress", [
          { ipv6CidrBlocks: ["::/0"], fromPort: 0, toPort: 0 },
        ]),
        findings: [
          'postgres-security-group ingress[0].ipv6CidrBlocks[0]: the source range "::/0" allows the whole internet',
        ],
      },
    ],
    compliant: [
      {
        title: "egress to all addresses",
        change: add("aws:ec2/securityGroupRule:SecurityGroupRule", "out", {
          type: "egress",
          cidrBlocks: ["0.0.0.0/0"],
        }),
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(INGRESS, "cidrIpv4")],
  },
  {
    rule: enableVpcFlowLogs,
    compliant: [
      {
        title: "flow logs of rejected traffic only",
        change: set("cluster-network-flow-logs-vpc", "trafficType", "REJECT"),
      },
    ],
    violations: [
      {
        title: "no flow log",
        change: remove("cluster-network-flow-logs-vpc"),
        findings: [`${VPC}: no flow log records its traffic`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt("cluster-network-flow-logs-vpc", "trafficType")],
  },
  {
    rule: requireEbsEncryption,
    violations: [
      {
        title: "a storage class without encryption",
        change: set("cluster-storage-gp3", "parameters.encrypted", "false"),
        findings: ['cluster-storage-gp3 parameters.encrypted: encrypted is "false"'],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt("cluster-storage-gp3", "parameters.encrypted")],
  },
];

export const awsPlatformCases = onAws(CASES);
