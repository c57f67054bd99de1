import { agreeOnAutoMode } from "../../../policy/rules/aws/agree-on-auto-mode.ts";
import { closeSecurityGroups } from "../../../policy/rules/aws/close-security-groups.ts";
import { encryptClusterSecrets } from "../../../policy/rules/aws/encrypt-cluster-secrets.ts";
import { encryptVolumes } from "../../../policy/rules/aws/encrypt-volumes.ts";
import { grantLeastPrivilege } from "../../../policy/rules/aws/grant-least-privilege.ts";
import { keepImagesUnchanged } from "../../../policy/rules/aws/keep-images-unchanged.ts";
import { keepLogs } from "../../../policy/rules/aws/keep-logs.ts";
import { keepNodesPrivate } from "../../../policy/rules/aws/keep-nodes-private.ts";
import { logControlPlane } from "../../../policy/rules/aws/log-control-plane.ts";
import { logNetworkFlows } from "../../../policy/rules/aws/log-network-flows.ts";
import { nameAccounts } from "../../../policy/rules/aws/name-accounts.ts";
import { nameClusterAccess } from "../../../policy/rules/aws/name-cluster-access.ts";
import { pinAddOns } from "../../../policy/rules/aws/pin-add-ons.ts";
import { restrictApiEndpoint } from "../../../policy/rules/aws/restrict-api-endpoint.ts";
import { rotateKeys } from "../../../policy/rules/aws/rotate-keys.ts";
import { spreadSubnetsOverZones } from "../../../policy/rules/aws/spread-subnets-over-zones.ts";
import { stayInRegions } from "../../../policy/rules/aws/stay-in-regions.ts";
import { tagResources } from "../../../policy/rules/aws/tag-resources.ts";
import { trustNamedPrincipals } from "../../../policy/rules/aws/trust-named-principals.ts";
import { usePodIdentity } from "../../../policy/rules/aws/use-pod-identity.ts";
import {
  allow,
  BUCKET_NAME,
  CLUSTER,
  documentOf,
  elsewhere,
  onAws,
  POLICY,
  PROVIDER,
  staging,
  VPC,
} from "./aws-changes.ts";
import { add, all, CONTAINER, GAME, remove, set, unknownAt, withoutPods } from "./changes.ts";
import type { RuleCases } from "./types.ts";

const ZONES = ["a", "b", "c"].map((letter) => `eu-central-1${letter}`);
const inZone = (tier: string, zone: string) => `cluster-network-${tier}-${zone}`;
const everySubnet = ["public", "private", "isolated"].flatMap((tier) =>
  ZONES.map((zone) => inZone(tier, zone)),
);
const WRITES = "logs:PutLogEvents";
const LOGS = "cluster-control-plane-logs";
const INGRESS = "cluster-network-endpoints-from-0";
const IMAGES = "cluster-registry-server";
const ROLE = "cluster-control-plane-role";
const KEY = "cluster-keys-data";

const CASES: readonly RuleCases[] = [
  {
    rule: spreadSubnetsOverZones,
    violations: [
      {
        title: "everything in two zones",
        change: all(
          ...everySubnet
            .filter((name) => name.endsWith("c"))
            .map((name) => set(name, "availabilityZone", ZONES[0])),
        ),
        finds: [`${VPC}: its subnets stand in 2 zones, not in 3`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(inZone("private", "eu-central-1a"), "availabilityZone")],
  },
  {
    rule: keepNodesPrivate,
    violations: [
      {
        title: "public addresses at launch",
        change: set(inZone("private", "eu-central-1a"), "mapPublicIpOnLaunch", true),
        finds: ["cluster-network-private-eu-central-1a mapPublicIpOnLaunch: instances get public addresses"],
      },
      {
        title: "a node class with public addresses",
        change: set("cluster-nodes-class", "spec.advancedNetworking.associatePublicIPAddress", true),
        finds: [
          "cluster-nodes-class spec.advancedNetworking.associatePublicIPAddress: instances get public addresses",
        ],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(inZone("private", "eu-central-1a"), "mapPublicIpOnLaunch")],
  },
  {
    rule: encryptClusterSecrets,
    violations: [
      {
        title: "no encryption",
        change: set(CLUSTER, "encryptionConfig", undefined),
        finds: [
          `${CLUSTER} encryptionConfig.provider.keyArn: names no key`,
          `${CLUSTER} encryptionConfig.resources: Secrets are not among what is encrypted`,
        ],
      },
      {
        title: "of something else",
        change: set(CLUSTER, "encryptionConfig.resources", ["pods"]),
        finds: [`${CLUSTER} encryptionConfig.resources: Secrets are not among what is encrypted`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CLUSTER, "encryptionConfig.resources")],
  },
  {
    rule: rotateKeys,
    complies: [{ title: "AWS's own waiting time", change: set(KEY, "deletionWindowInDays", undefined) }],
    violations: [
      {
        title: "a key for ever",
        change: set(KEY, "enableKeyRotation", false),
        finds: [`${KEY} enableKeyRotation: the key does not rotate (false)`],
      },
      {
        title: "a short wait in production",
        change: set(KEY, "deletionWindowInDays", 7),
        finds: [`${KEY} deletionWindowInDays: the key can be gone after 7 days, fewer than 30`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(KEY, "enableKeyRotation")],
  },
  {
    rule: logControlPlane,
    violations: [
      {
        title: "no audit log",
        change: set(CLUSTER, "enabledClusterLogTypes", [
          "api",
          "authenticator",
          "controllerManager",
          "scheduler",
        ]),
        finds: [`${CLUSTER} enabledClusterLogTypes: without the logs audit`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CLUSTER, "enabledClusterLogTypes")],
  },
  {
    rule: nameClusterAccess,
    violations: [
      {
        title: "also by ConfigMap",
        change: set(CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
        finds: [
          `${CLUSTER} accessConfig.authenticationMode: the cluster is opened by "API_AND_CONFIG_MAP", not by access entries alone`,
        ],
      },
      {
        title: "the creator's rights by default",
        change: set(CLUSTER, "accessConfig.bootstrapClusterCreatorAdminPermissions", undefined),
        finds: [
          `${CLUSTER} accessConfig.bootstrapClusterCreatorAdminPermissions: whoever creates the cluster administers it for good`,
        ],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CLUSTER, "accessConfig.authenticationMode")],
  },
  {
    rule: restrictApiEndpoint,
    complies: [
      {
        title: "no public endpoint",
        change: all(
          set(CLUSTER, "vpcConfig.endpointPublicAccess", false),
          set(CLUSTER, "vpcConfig.publicAccessCidrs", undefined),
        ),
      },
    ],
    violations: [
      {
        title: "everybody",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", ["192.0.2.0/24", "0.0.0.0/0"]),
        finds: [`${CLUSTER} vpcConfig.publicAccessCidrs[1]: open to everybody: "0.0.0.0/0"`],
      },
      {
        title: "everybody in two halves",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", ["0.0.0.0/1", "128.0.0.0/1"]),
        finds: [
          `${CLUSTER} vpcConfig.publicAccessCidrs[0]: open to everybody: "0.0.0.0/1"`,
          `${CLUSTER} vpcConfig.publicAccessCidrs[1]: open to everybody: "128.0.0.0/1"`,
        ],
      },
      {
        title: "everybody by default",
        change: set(CLUSTER, "vpcConfig.publicAccessCidrs", undefined),
        finds: [`${CLUSTER} vpcConfig.publicAccessCidrs: open to everybody: no range is named`],
      },
      {
        title: "nodes go round by the internet",
        change: set(CLUSTER, "vpcConfig.endpointPrivateAccess", undefined),
        finds: [
          `${CLUSTER} vpcConfig.endpointPrivateAccess: not reachable from inside the network (missing)`,
        ],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CLUSTER, "vpcConfig.publicAccessCidrs")],
  },
  {
    rule: agreeOnAutoMode,
    violations: [
      {
        title: "no block storage",
        change: set(CLUSTER, "storageConfig.blockStorage.enabled", false),
        finds: [`${CLUSTER} storageConfig.blockStorage.enabled: differs from computeConfig (false)`],
      },
      {
        title: "two networks",
        change: set(CLUSTER, "bootstrapSelfManagedAddons", undefined),
        finds: [`${CLUSTER} bootstrapSelfManagedAddons: Auto Mode brings its own networking and DNS`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CLUSTER, "computeConfig.enabled")],
  },
  {
    rule: pinAddOns,
    violations: [
      {
        title: "whatever is the default",
        change: set("cluster-add-ons-metrics-server", "addonVersion", undefined),
        finds: [
          "cluster-add-ons-metrics-server addonVersion: takes whatever version is the default that day",
        ],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt("cluster-add-ons-metrics-server", "addonVersion")],
  },
  {
    rule: usePodIdentity,
    violations: [
      {
        title: "a user with a key",
        change: all(
          add("aws:iam/user:User", "robot", { name: "robot" }),
          add("aws:iam/accessKey:AccessKey", "robot-key", { user: "robot" }),
        ),
        finds: [
          "robot: a standing cloud identity with a key",
          "robot-key: a standing cloud identity with a key",
        ],
      },
      {
        title: "a key in the environment",
        change: set(GAME, `${CONTAINER}.env[0]`, { name: "AWS_SECRET_ACCESS_KEY" }),
        finds: [`${GAME} ${CONTAINER}.env[0].name: a cloud key in a workload's environment`],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.env[0].name`)],
  },
  {
    rule: grantLeastPrivilege,
    complies: [
      {
        title: "what knows no resources",
        change: set(POLICY, "policy", allow({ Action: "ecr:GetAuthorizationToken", Resource: "*" })),
      },
      {
        title: "a statement that denies everything",
        change: set(POLICY, "policy", documentOf({ Effect: "Deny", Action: "*", Resource: "*" })),
      },
      {
        title: "everywhere, under a condition",
        change: set(
          POLICY,
          "policy",
          allow({ Action: WRITES, Resource: "*", Condition: { StringEquals: { "aws:ResourceTag/a": "b" } } }),
        ),
      },
    ],
    violations: [
      {
        title: "everything",
        change: set(POLICY, "policy", allow({ Action: "*", Resource: "*" })),
        finds: [`${POLICY} policy: allows every action: *`],
      },
      {
        title: "everything, in a document of the role itself",
        change: set(ROLE, "inlinePolicies", [{ name: "a", policy: allow({ Action: "*", Resource: "*" }) }]),
        finds: [`${ROLE} inlinePolicies[0].policy: allows every action: *`],
      },
      {
        title: "everything, by a policy of AWS",
        change: all(
          set(ROLE, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
          add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
            policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
          }),
        ),
        finds: [
          "attached policyArn: allows every action: AmazonS3FullAccess",
          `${ROLE} managedPolicyArns[0]: allows every action: AdministratorAccess`,
        ],
      },
      {
        title: "something on every resource of a service, by an ARN",
        change: set(POLICY, "policy", allow({ Action: "s3:GetObject", Resource: ["arn:aws:s3:::*"] })),
        finds: [`${POLICY} policy: allows s3:GetObject on every resource`],
      },
      {
        title: "something everywhere, under conditions that hold for all",
        change: set(
          POLICY,
          "policy",
          allow({
            Action: WRITES,
            Resource: "*",
            Condition: {
              Bool: { "aws:SecureTransport": "true" },
              StringLike: { "aws:PrincipalArn": "*" },
              StringNotEquals: { "aws:PrincipalTag/a": "b" },
            },
          }),
        ),
        finds: [`${POLICY} policy: allows ${WRITES} on every resource`],
      },
      {
        title: "a document without a statement",
        change: set(POLICY, "policy", "{}"),
        finds: [`${POLICY} policy: not a policy document that can be judged`],
      },
      {
        title: "everything of a service",
        change: set(POLICY, "policy", allow({ Action: ["s3:*"], Resource: "arn:aws:s3:::one" })),
        finds: [`${POLICY} policy: allows every action: s3:*`],
      },
      {
        title: "something everywhere",
        change: set(
          POLICY,
          "policy",
          allow({ Action: ["s3:GetObject", "sts:GetCallerIdentity"], Resource: ["*"] }),
        ),
        finds: [`${POLICY} policy: allows s3:GetObject on every resource`],
      },
      {
        title: "everything but",
        change: set(POLICY, "policy", allow({ NotAction: "iam:*", Resource: "*" })),
        finds: [`${POLICY} policy: allows everything but what it names`],
      },
      {
        title: "no document",
        change: set(POLICY, "policy", "{"),
        finds: [`${POLICY} policy: not a policy document that can be judged`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(POLICY, "policy")],
  },
  {
    rule: trustNamedPrincipals,
    complies: [{ title: "AWS's own policy of a key", change: set(KEY, "policy", undefined) }],
    violations: [
      {
        title: "a role for everybody",
        change: set(ROLE, "assumeRolePolicy", allow({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" })),
        finds: [`${ROLE} assumeRolePolicy: everybody with an AWS account is allowed`],
      },
      {
        title: "a role for everybody but one",
        change: set(
          ROLE,
          "assumeRolePolicy",
          allow({ NotPrincipal: { AWS: "arn:aws:iam::471112345678:root" }, Action: "sts:AssumeRole" }),
        ),
        finds: [`${ROLE} assumeRolePolicy: everybody with an AWS account is allowed`],
      },
      {
        title: "a key and a topic for everybody",
        change: all(
          set(KEY, "policy", allow({ Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" })),
          add("aws:sns/topicPolicy:TopicPolicy", "topic", {
            policy: allow({
              Principal: "*",
              Action: "sns:Publish",
              Condition: { StringLike: { "aws:SourceAccount": "*" } },
            }),
          }),
        ),
        finds: [
          `${KEY} policy: everybody with an AWS account is allowed`,
          "topic policy: everybody with an AWS account is allowed",
        ],
      },
      {
        title: "a bucket for everybody",
        change: set(
          "backup-main-policy",
          "policy",
          allow({ Principal: "*", Action: "s3:GetObject", Resource: BUCKET_NAME }),
        ),
        finds: ["backup-main-policy policy: everybody with an AWS account is allowed"],
      },
      {
        title: "no document",
        change: set(ROLE, "assumeRolePolicy", undefined),
        finds: [`${ROLE} assumeRolePolicy: not a policy document that can be judged`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(ROLE, "assumeRolePolicy")],
  },
  {
    rule: keepLogs,
    violations: [
      {
        title: "for ever",
        change: set(LOGS, "retentionInDays", undefined),
        finds: [`${LOGS} retentionInDays: keeps its lines for missing days, not for 90 or more`],
      },
      {
        title: "for a week",
        change: set(LOGS, "retentionInDays", 7),
        finds: [`${LOGS} retentionInDays: keeps its lines for 7 days, not for 90 or more`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(LOGS, "retentionInDays")],
  },
  {
    rule: tagResources,
    violations: [
      {
        title: "no tags",
        change: set(PROVIDER, "defaultTags", undefined),
        finds: [`${PROVIDER} defaultTags: no default tag environment, project, managed-by`],
      },
      {
        title: "one is missing",
        change: set(
          PROVIDER,
          "defaultTags",
          JSON.stringify({ tags: { environment: "production", project: "a" } }),
        ),
        finds: [`${PROVIDER} defaultTags: no default tag managed-by`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(PROVIDER, "defaultTags")],
  },
  {
    rule: stayInRegions,
    violations: [
      {
        title: "a region that nobody decided on",
        change: set(PROVIDER, "region", "us-east-1"),
        finds: [`${PROVIDER} region: "us-east-1" is not among eu-central-1, eu-west-1`],
      },
      {
        title: "a resource in a region of its own",
        change: set(IMAGES, "region", "us-east-1"),
        finds: [`${IMAGES} region: "us-east-1" is not among eu-central-1, eu-west-1`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(PROVIDER, "region")],
  },
  {
    rule: nameAccounts,
    violations: [
      {
        title: "any account",
        change: set(PROVIDER, "allowedAccountIds", undefined),
        finds: [`${PROVIDER} allowedAccountIds: works in any account`],
      },
      {
        title: "two accounts",
        change: set(PROVIDER, "allowedAccountIds", '["471112345678","471112345679"]'),
        finds: [`${PROVIDER} allowedAccountIds: works in 2 accounts`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(PROVIDER, "allowedAccountIds")],
  },
  {
    rule: keepImagesUnchanged,
    violations: [
      {
        title: "tags that move",
        change: set(IMAGES, "imageTagMutability", "MUTABLE"),
        finds: [`${IMAGES} imageTagMutability: tags are "MUTABLE"`],
      },
      {
        title: "no scan",
        change: set(IMAGES, "imageScanningConfiguration.scanOnPush", false),
        finds: [`${IMAGES} imageScanningConfiguration.scanOnPush: images are not scanned (false)`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(IMAGES, "imageTagMutability")],
  },
  {
    rule: closeSecurityGroups,
    violations: [
      {
        title: "everybody by a rule",
        change: set(INGRESS, "cidrIpv4", "0.0.0.0/0"),
        finds: [`${INGRESS} cidrIpv4: everybody may connect ("0.0.0.0/0")`],
      },
      {
        title: "all of the world's IPv6, by the network's default group",
        change: add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
          ingress: [{ ipv6CidrBlocks: ["2000::/3"] }],
        }),
        finds: ['default ingress[0].ipv6CidrBlocks[0]: everybody may connect ("2000::/3")'],
      },
      {
        title: "everybody by the group itself",
        change: set("postgres-security-group", "ingress", [
          { ipv6CidrBlocks: ["::/0"], fromPort: 0, toPort: 0 },
        ]),
        finds: ['postgres-security-group ingress[0].ipv6CidrBlocks[0]: everybody may connect ("::/0")'],
      },
    ],
    complies: [
      {
        title: "out to everybody",
        change: add("aws:ec2/securityGroupRule:SecurityGroupRule", "out", {
          type: "egress",
          cidrBlocks: ["0.0.0.0/0"],
        }),
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(INGRESS, "cidrIpv4")],
  },
  {
    rule: logNetworkFlows,
    complies: [
      { title: "refused ones", change: set("cluster-network-flow-logs-vpc", "trafficType", "REJECT") },
    ],
    violations: [
      {
        title: "no flow log",
        change: remove("cluster-network-flow-logs-vpc"),
        finds: [`${VPC}: no flow log tells of its traffic`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt("cluster-network-flow-logs-vpc", "trafficType")],
  },
  {
    rule: encryptVolumes,
    violations: [
      {
        title: "a plain volume",
        change: set("cluster-storage-gp3", "parameters.encrypted", "false"),
        finds: ['cluster-storage-gp3 parameters.encrypted: encrypted is "false"'],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt("cluster-storage-gp3", "parameters.encrypted")],
  },
];

export const awsPlatformCases = onAws(CASES);
