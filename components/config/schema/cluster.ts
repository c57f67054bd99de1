import { z } from "zod";
import { nodePools } from "./node-pools.ts";
import * as scalar from "./scalars.ts";

/** Retention periods in days that CloudWatch Logs accepts (PutRetentionPolicy), from a month up. */
const LOG_RETENTION_DAYS = [
  30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const logRetentionDays = z
  .literal(
    LOG_RETENTION_DAYS,
    `must be one of ${LOG_RETENTION_DAYS.join(", ")}, the values that CloudWatch accepts`,
  )
  .describe("retention of the control-plane logs and VPC flow logs in days");

/** The last part of the endpoint service names (`com.amazonaws.<region>.<name>`). */
const INTERFACE_ENDPOINTS = [
  "ecr.api",
  "ecr.dkr",
  "sts",
  "ec2",
  "eks",
  "eks-auth",
  "kms",
  "logs",
  "secretsmanager",
  "elasticloadbalancing",
] as const;

const vpcNetwork = z
  .strictObject({
    cidr: scalar.cidr
      .refine(
        (text) => prefixLength(text) >= 16 && prefixLength(text) <= 20,
        "must be a network from /16 to /20",
      )
      .describe("CIDR block of the VPC; the subnets of every zone are computed from it"),
    serviceCidr: scalar.cidr
      .refine(
        (text) => prefixLength(text) >= 16 && prefixLength(text) <= 24,
        "must be a network from /16 to /24",
      )
      .describe(
        "CIDR block of Services; must not overlap with the VPC and cannot be changed after the cluster is created",
      ),
    nat: z
      .enum(["zonal-single", "regional"])
      .describe(
        "NAT gateway: `zonal-single` creates one in the first zone, `regional` one that expands to every zone with nodes",
      ),
    interfaceEndpoints: z
      .array(z.enum(INTERFACE_ENDPOINTS))
      .describe(
        "AWS services with an interface endpoint in the VPC; each is billed per hour and zone (the S3 gateway endpoint is free)",
      ),
  })
  .describe("the VPC");

const roleArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    'must be the ARN of an IAM role such as "arn:aws:iam::123456789012:role/operators"',
  );

const clusterAccess = z
  .strictObject({
    publicCidrs: z
      .array(
        scalar.cidr.refine(
          (text) => prefixLength(text) >= 16,
          "must be a network of /16 or smaller: the API server must not be open to the whole internet",
        ),
      )
      .max(40, "must name at most 40 networks")
      .describe(
        "networks that may reach the API server from outside the VPC; an empty list disables the public endpoint",
      ),
    administrators: z
      .array(roleArn)
      .min(1, "must name at least one role, so that an administrator can repair the cluster")
      .describe("IAM roles with cluster-admin access"),
    observers: z
      .array(roleArn)
      .default([])
      .describe("IAM roles with read-only access, for on-call engineers"),
    deployer: roleArn
      .optional()
      .describe(
        "IAM role that CI deploys with; default: `spacetime-vr-ci-deploy-<environment>` in the account of `aws`, which bootstrap/state-and-roles.yaml creates",
      ),
    previewer: roleArn
      .optional()
      .describe(
        "IAM role with read access to all objects including Secrets, for previews and the drift check; default: `spacetime-vr-ci-preview-<environment>`",
      ),
  })
  .describe("access to the API server");

/** A Route 53 hosted zone id. */
const hostedZoneId = z
  .string()
  .regex(/^Z[A-Z0-9]{1,31}$/, 'must be a Route 53 hosted zone id such as "Z0123456789ABCDEFGHIJ"');

const availabilityZone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be an availability zone such as "eu-central-1a"');

const eksCluster = z.strictObject({
  kind: z.literal("eks").describe("an EKS cluster in Auto Mode, with its network, in the account of `aws`"),
  version: z
    .string()
    .regex(/^1\.(3[4-9]|[4-9]\d)$/, 'must be a Kubernetes version from 1.34 up, in quotes, such as "1.35"')
    .describe("Kubernetes version; raised one minor version at a time"),
  support: z
    .enum(["standard", "extended"])
    .describe(
      "EKS upgrade policy after the version's standard support ends: `standard` upgrades automatically, `extended` keeps the version at extra cost",
    ),
  zones: z
    .array(availabilityZone)
    .min(2, "must name at least two zones")
    .max(4, "must name at most four zones")
    .describe("availability zones for nodes, databases and load balancers"),
  network: vpcNetwork,
  dnsZone: z
    .strictObject({
      id: hostedZoneId.describe("hosted zone id"),
      name: scalar.hostname.describe("zone name: the public domain or a parent domain of it"),
    })
    .describe("public Route 53 hosted zone in which external-dns manages the record of the public domain"),
  access: clusterAccess,
  nodePools,
  logRetentionDays,
  addonVersions: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{1,99}$/),
      z
        .string()
        .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, 'must be an add-on version such as "v0.8.0-eksbuild.2"')
        .describe("version of this add-on, as `aws eks describe-addon-versions` lists it"),
    )
    .default({})
    .describe(
      "version of each add-on; EKS chooses the version of an add-on without an entry, which the policy pack rejects",
    ),
});

function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

const existingCluster = z.strictObject({
  kind: z.literal("existing").describe("an existing cluster, reached through a kubeconfig context"),
  context: scalar.singleLineText
    .min(1, "must not be empty")
    .max(253, "must be at most 253 characters")
    .optional()
    .describe(
      "kubeconfig context; required except in `local` and `package`, which default to the current context",
    ),
  storageClass: scalar.dnsLabel.describe("StorageClass of every PersistentVolumeClaim"),
  zones: scalar
    .integerBetween(1, 6)
    .describe("number of zones with nodes; workloads are spread over that many"),
});

export const cluster = z
  .discriminatedUnion("kind", [existingCluster, eksCluster])
  .describe("the Kubernetes cluster");
