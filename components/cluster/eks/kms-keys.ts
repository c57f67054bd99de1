import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "../../shared/aws/aws-environment.ts";
import { type IamStatement, policyDocument } from "../../shared/aws/iam-policy.ts";
import { accountKeyStatement, KEY_DELETION_WINDOW_DAYS } from "../../shared/aws/kms.ts";
import type { Environment } from "../../shared/environments.ts";

/** A separate key per kind of content, so that a grant for one does not allow decrypting another. */
const KEY_PURPOSES = {
  secrets: "Kubernetes Secrets in the control plane's etcd",
  volumes: "EBS volumes of nodes and claims, and their snapshots",
  logs: "CloudWatch log groups",
  data: "databases, caches, backups and Secrets Manager",
} as const;

type KeyPurpose = keyof typeof KEY_PURPOSES;

interface KmsKeysArgs {
  readonly environment: Environment;
  readonly clusterName: string;
  readonly aws: AwsAccount;
}

/** One year: KMS keeps the old key material, so no data must be re-encrypted. */
const ROTATION_DAYS = 365;

/** One customer-managed KMS key per kind of content. */
export class KmsKeys extends pulumi.ComponentResource {
  readonly arns: Readonly<Record<KeyPurpose, pulumi.Output<string>>>;

  constructor(name: string, args: KmsKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Keys", name, {}, opts);
    const purposes = Object.keys(KEY_PURPOSES) as KeyPurpose[];
    this.arns = Object.fromEntries(
      purposes.map((purpose) => [purpose, this.#key(`${name}-${purpose}`, purpose, args)]),
    ) as Record<KeyPurpose, pulumi.Output<string>>;
    this.registerOutputs({ arns: this.arns });
  }

  #key(name: string, purpose: KeyPurpose, args: KmsKeysArgs): pulumi.Output<string> {
    const isProduction = args.environment === "production";
    const key = new Key(
      name,
      {
        description: `${args.clusterName}: ${KEY_PURPOSES[purpose]}`,
        enableKeyRotation: true,
        rotationPeriodInDays: ROTATION_DAYS,
        deletionWindowInDays: KEY_DELETION_WINDOW_DAYS,
        policy: JSON.stringify(policyDocument(keyPolicyStatements(purpose, args.aws))),
      },
      // Deleting a key makes all data encrypted with it unreadable.
      { parent: this, protect: isProduction, retainOnDelete: isProduction },
    );
    new Alias(
      `${name}-alias`,
      { name: `alias/${args.clusterName}-${purpose}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key.arn;
  }
}

/** Delegates access to IAM; without a principal in its policy, a key could not be managed again. */
function keyPolicyStatements(purpose: KeyPurpose, aws: AwsAccount): IamStatement[] {
  const owner = accountKeyStatement(aws, "AccountDecidesByIam");
  switch (purpose) {
    case "logs":
      return [owner, cloudWatchLogsStatement(aws)];
    case "volumes":
      return [owner, ebsStatement(aws)];
    default:
      return [owner];
  }
}

/** CloudWatch Logs may use the key for log groups of this account only. */
function cloudWatchLogsStatement(aws: AwsAccount): IamStatement {
  return {
    Sid: "LogGroupsOfThisAccount",
    Principal: {
      Service: `logs.${aws.region}.${aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`,
    },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": buildArn(aws, "logs", "log-group:*") },
    },
  };
}

/** Auto Mode creates nodes and volumes with the cluster role; principals with EBS permissions can use the key through EC2. */
function ebsStatement(aws: AwsAccount): IamStatement {
  return {
    Sid: "VolumesOfThisAccount",
    Principal: { AWS: "*" },
    Action: [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncrypt*",
      "kms:GenerateDataKey*",
      "kms:CreateGrant",
      "kms:DescribeKey",
    ],
    Resource: "*",
    Condition: {
      StringEquals: {
        "kms:CallerAccount": aws.account,
        "kms:ViaService": `ec2.${aws.region}.amazonaws.com`,
      },
    },
  };
}
