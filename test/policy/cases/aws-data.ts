import { disallowAutomaticCacheUpgrades } from "../../../policy/rules/aws/disallow-automatic-cache-upgrades.ts";
import { disallowPublicRds } from "../../../policy/rules/aws/disallow-public-rds.ts";
import { enableBucketObjectLock } from "../../../policy/rules/aws/enable-bucket-object-lock.ts";
import { enableBucketReplication } from "../../../policy/rules/aws/enable-bucket-replication.ts";
import { enableBucketVersioning } from "../../../policy/rules/aws/enable-bucket-versioning.ts";
import { enableDeletionProtection } from "../../../policy/rules/aws/enable-deletion-protection.ts";
import { enableMultiAz } from "../../../policy/rules/aws/enable-multi-az.ts";
import { enableRdsBackupReplication } from "../../../policy/rules/aws/enable-rds-backup-replication.ts";
import { requireBucketKmsEncryption } from "../../../policy/rules/aws/require-bucket-kms-encryption.ts";
import { requireBucketPublicAccessBlock } from "../../../policy/rules/aws/require-bucket-public-access-block.ts";
import { requireElasticacheEncryption } from "../../../policy/rules/aws/require-elasticache-encryption.ts";
import { requireFinalSnapshots } from "../../../policy/rules/aws/require-final-snapshots.ts";
import { requireManagedMasterPassword } from "../../../policy/rules/aws/require-managed-master-password.ts";
import { requireRdsBackupRetention } from "../../../policy/rules/aws/require-rds-backup-retention.ts";
import { requireRdsEncryption } from "../../../policy/rules/aws/require-rds-encryption.ts";
import { requireRdsTls } from "../../../policy/rules/aws/require-rds-tls.ts";
import { restrictInstanceClasses } from "../../../policy/rules/aws/restrict-instance-classes.ts";
import {
  BUCKET,
  BUCKET_NAME,
  CACHE,
  DATABASE,
  NOT_ON_AWS,
  ON_STAGING,
  onAws,
  unprotected,
} from "./aws-fixtures.ts";
import { add, remove, set, unknownAt } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const PARAMETERS = "postgres-parameters";
const [ENCRYPTION, LOCK] = ["backup-main-encryption", "backup-main-lock"];
const [PUBLIC_ACCESS, VERSIONING] = ["backup-main-public-access", "backup-main-versioning"];
const DEFAULT_ENCRYPTION = "rules[0].applyServerSideEncryptionByDefault";

/** The provider also accepts these resource types, which the program does not use. */
const oldBucket = add("aws:s3/bucketV2:BucketV2", "old", { bucket: "old" });
const aurora = add("aws:rds/cluster:Cluster", "aurora", {});

const CASES: readonly RuleCases[] = [
  {
    rule: requireRdsEncryption,
    violations: [
      {
        title: "an Aurora cluster",
        change: aurora,
        findings: [
          "aurora kmsKeyId: no customer managed KMS key is set",
          "aurora storageEncrypted: storage encryption is not enabled (missing)",
        ],
      },
      {
        title: "unencrypted storage",
        change: set(DATABASE, "storageEncrypted", undefined),
        findings: [`${DATABASE} storageEncrypted: storage encryption is not enabled (missing)`],
      },
      {
        title: "an AWS managed key",
        change: set(DATABASE, "kmsKeyId", undefined),
        findings: [`${DATABASE} kmsKeyId: no customer managed KMS key is set`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(DATABASE, "storageEncrypted")],
  },
  {
    rule: disallowPublicRds,
    violations: [
      {
        title: "an Aurora instance with a public address",
        change: add("aws:rds/clusterInstance:ClusterInstance", "instance", { publiclyAccessible: true }),
        findings: ["instance publiclyAccessible: the database is publicly accessible"],
      },
      {
        title: "a public address",
        change: set(DATABASE, "publiclyAccessible", true),
        findings: [`${DATABASE} publiclyAccessible: the database is publicly accessible`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(DATABASE, "publiclyAccessible")],
  },
  {
    rule: requireRdsTls,
    violations: [
      {
        title: "the parameter is not set",
        change: set(PARAMETERS, "parameters", []),
        findings: [`${PARAMETERS} parameters: rds.force_ssl is not set`],
      },
      {
        title: "the parameter is off",
        change: set(PARAMETERS, "parameters", [{ name: "rds.force_ssl", value: "0" }]),
        findings: [`${PARAMETERS} parameters[0].value: rds.force_ssl is "0"`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(PARAMETERS, "parameters")],
  },
  {
    rule: requireRdsBackupRetention,
    violations: [
      {
        title: "an Aurora cluster with the default of one day",
        change: aurora,
        findings: [
          "aurora backupRetentionPeriod: backupRetentionPeriod is missing, below the minimum of 14 days",
        ],
      },
      {
        title: "three days",
        change: set(DATABASE, "backupRetentionPeriod", 3),
        findings: [
          `${DATABASE} backupRetentionPeriod: backupRetentionPeriod is 3, below the minimum of 14 days`,
        ],
      },
      {
        title: "the retention is not set",
        change: set(DATABASE, "backupRetentionPeriod", undefined),
        findings: [
          `${DATABASE} backupRetentionPeriod: backupRetentionPeriod is missing, below the minimum of 14 days`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(DATABASE, "backupRetentionPeriod")],
  },
  {
    rule: enableMultiAz,
    violations: [
      {
        title: "a database in a single zone",
        change: set(DATABASE, "multiAz", false),
        findings: [`${DATABASE} multiAz: failover to a second zone is not enabled (false)`],
      },
      {
        title: "Redis without automatic failover",
        change: set(CACHE, "automaticFailoverEnabled", false),
        findings: [`${CACHE} automaticFailoverEnabled: failover to a second zone is not enabled (false)`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt(DATABASE, "multiAz")],
  },
  {
    rule: requireManagedMasterPassword,
    violations: [
      {
        title: "an Aurora cluster without a managed password",
        change: aurora,
        findings: ["aurora manageMasterUserPassword: AWS does not manage the master password (missing)"],
      },
      {
        title: "a password that the program sets",
        change: set(DATABASE, "password", "[secret]"),
        findings: [`${DATABASE} password: the program sets the master password`],
      },
      {
        title: "manageMasterUserPassword is not set",
        change: set(DATABASE, "manageMasterUserPassword", undefined),
        findings: [`${DATABASE} manageMasterUserPassword: AWS does not manage the master password (missing)`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(DATABASE, "manageMasterUserPassword")],
  },
  {
    rule: requireElasticacheEncryption,
    compliant: [
      {
        title: "the default mode, which requires TLS",
        change: set(CACHE, "transitEncryptionMode", undefined),
      },
    ],
    violations: [
      {
        title: "TLS is optional",
        change: set(CACHE, "transitEncryptionMode", "preferred"),
        findings: [`${CACHE} transitEncryptionMode: TLS is "preferred", not required`],
      },
      {
        title: "TLS is disabled",
        change: set(CACHE, "transitEncryptionEnabled", false),
        findings: [`${CACHE} transitEncryptionEnabled: encryption in transit is not enabled (false)`],
      },
      {
        title: "encryption at rest is not enabled",
        change: set(CACHE, "atRestEncryptionEnabled", undefined),
        findings: [`${CACHE} atRestEncryptionEnabled: encryption at rest is not enabled (missing)`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CACHE, "transitEncryptionMode")],
  },
  {
    rule: enableDeletionProtection,
    violations: [
      {
        title: "an Aurora cluster and a bucket of an older resource type",
        change: (draft) => {
          aurora(draft);
          oldBucket(draft);
        },
        findings: [
          "aurora deletionProtection: deletion protection is not enabled (missing)",
          "aurora: the resource is not protected (protect: true)",
          "old: the resource is not protected (protect: true)",
        ],
      },
      {
        title: "the resource is not protected in Pulumi",
        change: unprotected(DATABASE),
        findings: [`${DATABASE}: the resource is not protected (protect: true)`],
      },
      {
        title: "deletion protection in AWS is not enabled",
        change: set(DATABASE, "deletionProtection", undefined),
        findings: [`${DATABASE} deletionProtection: deletion protection is not enabled (missing)`],
      },
      {
        title: "a bucket with forceDestroy",
        change: set(BUCKET, "forceDestroy", true),
        findings: [`${BUCKET} forceDestroy: forceDestroy deletes the bucket with all its objects`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt(DATABASE, "deletionProtection")],
  },
  {
    rule: requireFinalSnapshots,
    violations: [
      {
        title: "an Aurora cluster",
        change: aurora,
        findings: ["aurora finalSnapshotIdentifier: finalSnapshotIdentifier is not set"],
      },
      {
        title: "the final snapshot is skipped",
        change: set(DATABASE, "skipFinalSnapshot", true),
        findings: [`${DATABASE} skipFinalSnapshot: skipFinalSnapshot is not false`],
      },
      {
        title: "the final snapshot has no name",
        change: set(CACHE, "finalSnapshotIdentifier", undefined),
        findings: [`${CACHE} finalSnapshotIdentifier: finalSnapshotIdentifier is not set`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt(DATABASE, "skipFinalSnapshot")],
  },
  {
    rule: restrictInstanceClasses,
    violations: [
      {
        title: "a burstable Aurora instance",
        change: add("aws:rds/clusterInstance:ClusterInstance", "instance", {
          instanceClass: "db.t4g.medium",
        }),
        findings: ['instance instanceClass: "db.t4g.medium" is not in the allowed families r7g, m7g'],
      },
      {
        title: "a burstable instance class",
        change: set(DATABASE, "instanceClass", "db.t4g.micro"),
        findings: [`${DATABASE} instanceClass: "db.t4g.micro" is not in the allowed families r7g, m7g`],
      },
      {
        title: "a burstable Redis node type",
        change: set(CACHE, "nodeType", "cache.t4g.micro"),
        findings: [`${CACHE} nodeType: "cache.t4g.micro" is not in the allowed families r7g, m7g`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(DATABASE, "instanceClass")],
  },
  {
    rule: requireBucketPublicAccessBlock,
    violations: [
      {
        title: "a bucket of an older resource type",
        change: oldBucket,
        findings: ["old bucket: the bucket has no public access block"],
      },
      {
        title: "no public access block",
        change: remove(PUBLIC_ACCESS),
        findings: [`${BUCKET} bucket: the bucket has no public access block`],
      },
      {
        title: "a public access block with a disabled setting",
        change: set(PUBLIC_ACCESS, "restrictPublicBuckets", false),
        findings: [`${PUBLIC_ACCESS} restrictPublicBuckets: public access is not blocked (false)`],
      },
      {
        title: "a public access block of another bucket",
        change: set(PUBLIC_ACCESS, "bucket", `${BUCKET_NAME}-2`),
        findings: [`${BUCKET} bucket: the bucket has no public access block`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(PUBLIC_ACCESS, "bucket")],
  },
  {
    rule: requireBucketKmsEncryption,
    violations: [
      {
        title: "a bucket of an older resource type",
        change: oldBucket,
        findings: ["old bucket: no server-side encryption is configured"],
      },
      {
        title: "no configuration",
        change: remove(ENCRYPTION),
        findings: [`${BUCKET} bucket: no server-side encryption is configured`],
      },
      {
        title: "an S3 managed key",
        change: set(ENCRYPTION, DEFAULT_ENCRYPTION, { sseAlgorithm: "AES256" }),
        findings: [
          `${ENCRYPTION} ${DEFAULT_ENCRYPTION}.kmsMasterKeyId: no customer managed KMS key is set`,
          `${ENCRYPTION} ${DEFAULT_ENCRYPTION}.sseAlgorithm: sseAlgorithm is not aws:kms ("AES256")`,
        ],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(ENCRYPTION, "rules")],
  },
  {
    rule: enableBucketVersioning,
    violations: [
      {
        title: "a bucket of an older resource type",
        change: oldBucket,
        findings: ["old bucket: versioning is not configured"],
      },
      {
        title: "no configuration",
        change: remove(VERSIONING),
        findings: [`${BUCKET} bucket: versioning is not configured`],
      },
      {
        title: "versioning is suspended",
        change: set(VERSIONING, "versioningConfiguration.status", "Suspended"),
        findings: [`${VERSIONING} versioningConfiguration.status: versioning is "Suspended"`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(VERSIONING, "versioningConfiguration.status")],
  },
  {
    rule: enableBucketObjectLock,
    violations: [
      {
        title: "a bucket of an older resource type",
        change: oldBucket,
        findings: [
          "old bucket: no default retention is set",
          "old objectLockEnabled: Object Lock is not enabled (missing)",
        ],
      },
      {
        title: "the retention mode is GOVERNANCE",
        change: set(LOCK, "rule.defaultRetention.mode", "GOVERNANCE"),
        findings: [
          `${LOCK} rule.defaultRetention.mode: the retention mode is not COMPLIANCE, so privileged users can delete objects ("GOVERNANCE")`,
        ],
      },
      {
        title: "Object Lock is not enabled",
        change: set(BUCKET, "objectLockEnabled", undefined),
        findings: [`${BUCKET} objectLockEnabled: Object Lock is not enabled (missing)`],
      },
      {
        title: "no default retention",
        change: remove(LOCK),
        findings: [`${BUCKET} bucket: no default retention is set`],
      },
      {
        title: "a retention rule without days",
        change: set(LOCK, "rule.defaultRetention.days", undefined),
        findings: [`${LOCK} rule.defaultRetention.days: no default retention is set`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt(BUCKET, "objectLockEnabled")],
  },
  {
    rule: enableRdsBackupReplication,
    violations: [
      {
        title: "backups in one region",
        change: remove("postgres-backup-replication"),
        findings: [`${DATABASE}: its backups are in one region`],
      },
      {
        title: "backups of three days in the second region",
        change: set("postgres-backup-replication", "retentionPeriod", 3),
        findings: [
          "postgres-backup-replication retentionPeriod: backups in the second region are kept for 3 days, below the minimum of 14",
        ],
      },
      {
        title: "the default retention in the second region",
        change: set("postgres-backup-replication", "retentionPeriod", undefined),
        findings: [
          "postgres-backup-replication retentionPeriod: backups in the second region are kept for missing days, below the minimum of 14",
        ],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt("postgres-backup-replication", "retentionPeriod")],
  },
  {
    rule: disallowAutomaticCacheUpgrades,
    violations: [
      {
        title: "automatic upgrades",
        change: set(CACHE, "autoMinorVersionUpgrade", true),
        findings: [`${CACHE} autoMinorVersionUpgrade: minor versions are upgraded automatically (true)`],
      },
      {
        title: "the default of AWS, which upgrades automatically",
        change: set(CACHE, "autoMinorVersionUpgrade", undefined),
        findings: [`${CACHE} autoMinorVersionUpgrade: minor versions are upgraded automatically (missing)`],
      },
    ],
    notApplicable: NOT_ON_AWS,
    unknown: [unknownAt(CACHE, "autoMinorVersionUpgrade")],
  },
  {
    rule: enableBucketReplication,
    violations: [
      {
        title: "no replication to another region",
        change: remove("backup-replication"),
        findings: [`${DATABASE}: no bucket is replicated`],
      },
      {
        title: "the replication rule is disabled",
        change: set("backup-replication", "rules[0].status", "Disabled"),
        findings: [`${DATABASE}: no bucket is replicated`],
      },
    ],
    notApplicable: ON_STAGING,
    unknown: [unknownAt("backup-replication", "rules")],
  },
];

export const awsDataCases = onAws(CASES);
