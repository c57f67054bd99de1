import { blockPublicBuckets } from "../../../policy/rules/aws/block-public-buckets.ts";
import { concealMasterPassword } from "../../../policy/rules/aws/conceal-master-password.ts";
import { encryptBuckets } from "../../../policy/rules/aws/encrypt-buckets.ts";
import { encryptCaches } from "../../../policy/rules/aws/encrypt-caches.ts";
import { encryptDatabases } from "../../../policy/rules/aws/encrypt-databases.ts";
import { forceDatabaseTls } from "../../../policy/rules/aws/force-database-tls.ts";
import { hideDatabases } from "../../../policy/rules/aws/hide-databases.ts";
import { keepDatabaseBackups } from "../../../policy/rules/aws/keep-database-backups.ts";
import { keepFinalSnapshots } from "../../../policy/rules/aws/keep-final-snapshots.ts";
import { lockBackups } from "../../../policy/rules/aws/lock-backups.ts";
import { protectStatefulResources } from "../../../policy/rules/aws/protect-stateful-resources.ts";
import { replicateBackups } from "../../../policy/rules/aws/replicate-backups.ts";
import { runStoresInZones } from "../../../policy/rules/aws/run-stores-in-zones.ts";
import { sizeByEnvironment } from "../../../policy/rules/aws/size-by-environment.ts";
import { versionBuckets } from "../../../policy/rules/aws/version-buckets.ts";
import {
  BUCKET,
  BUCKET_NAME,
  CACHE,
  DATABASE,
  elsewhere,
  onAws,
  staging,
  unprotected,
} from "./aws-changes.ts";
import { add, remove, set, unknownAt } from "./changes.ts";
import type { RuleCases } from "./types.ts";

const PARAMETERS = "postgres-parameters";
const [ENCRYPTION, LOCK] = ["backup-main-encryption", "backup-main-lock"];
const [PUBLIC_ACCESS, VERSIONING] = ["backup-main-public-access", "backup-main-versioning"];
const chosen = "rules[0].applyServerSideEncryptionByDefault";

/** What the provider takes beside the types that the program uses. */
const oldBucket = add("aws:s3/bucketV2:BucketV2", "old", { bucket: "old" });
const aurora = add("aws:rds/cluster:Cluster", "aurora", {});

const CASES: readonly RuleCases[] = [
  {
    rule: encryptDatabases,
    violations: [
      {
        title: "an Aurora cluster",
        change: aurora,
        finds: [
          "aurora kmsKeyId: names no key of ours",
          "aurora storageEncrypted: its storage is not encrypted (missing)",
        ],
      },
      {
        title: "plain storage",
        change: set(DATABASE, "storageEncrypted", undefined),
        finds: [`${DATABASE} storageEncrypted: its storage is not encrypted (missing)`],
      },
      {
        title: "AWS's key",
        change: set(DATABASE, "kmsKeyId", undefined),
        finds: [`${DATABASE} kmsKeyId: names no key of ours`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(DATABASE, "storageEncrypted")],
  },
  {
    rule: hideDatabases,
    violations: [
      {
        title: "an Aurora instance with one",
        change: add("aws:rds/clusterInstance:ClusterInstance", "instance", { publiclyAccessible: true }),
        finds: ["instance publiclyAccessible: has a public address"],
      },
      {
        title: "a public address",
        change: set(DATABASE, "publiclyAccessible", true),
        finds: [`${DATABASE} publiclyAccessible: has a public address`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(DATABASE, "publiclyAccessible")],
  },
  {
    rule: forceDatabaseTls,
    violations: [
      {
        title: "not said",
        change: set(PARAMETERS, "parameters", []),
        finds: [`${PARAMETERS} parameters: rds.force_ssl is not set`],
      },
      {
        title: "off",
        change: set(PARAMETERS, "parameters", [{ name: "rds.force_ssl", value: "0" }]),
        finds: [`${PARAMETERS} parameters[0].value: rds.force_ssl is "0"`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(PARAMETERS, "parameters")],
  },
  {
    rule: keepDatabaseBackups,
    violations: [
      {
        title: "an Aurora cluster's single day",
        change: aurora,
        finds: ["aurora backupRetentionPeriod: keeps backups for missing days, fewer than 14"],
      },
      {
        title: "three days",
        change: set(DATABASE, "backupRetentionPeriod", 3),
        finds: [`${DATABASE} backupRetentionPeriod: keeps backups for 3 days, fewer than 14`],
      },
      {
        title: "none",
        change: set(DATABASE, "backupRetentionPeriod", undefined),
        finds: [`${DATABASE} backupRetentionPeriod: keeps backups for missing days, fewer than 14`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(DATABASE, "backupRetentionPeriod")],
  },
  {
    rule: runStoresInZones,
    violations: [
      {
        title: "a database in one zone",
        change: set(DATABASE, "multiAz", false),
        finds: [`${DATABASE} multiAz: stands in one zone (false)`],
      },
      {
        title: "a cache that waits for a person",
        change: set(CACHE, "automaticFailoverEnabled", false),
        finds: [`${CACHE} automaticFailoverEnabled: stands in one zone (false)`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt(DATABASE, "multiAz")],
  },
  {
    rule: concealMasterPassword,
    violations: [
      {
        title: "an Aurora cluster's password",
        change: aurora,
        finds: ["aurora manageMasterUserPassword: its master password is not AWS's to keep (missing)"],
      },
      {
        title: "a password of ours",
        change: set(DATABASE, "password", "[secret]"),
        finds: [`${DATABASE} password: the program gives the master password`],
      },
      {
        title: "not AWS's",
        change: set(DATABASE, "manageMasterUserPassword", undefined),
        finds: [`${DATABASE} manageMasterUserPassword: its master password is not AWS's to keep (missing)`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(DATABASE, "manageMasterUserPassword")],
  },
  {
    rule: encryptCaches,
    complies: [
      { title: "AWS's own mode, which requires TLS", change: set(CACHE, "transitEncryptionMode", undefined) },
    ],
    violations: [
      {
        title: "plain connections too",
        change: set(CACHE, "transitEncryptionMode", "preferred"),
        finds: [`${CACHE} transitEncryptionMode: TLS is "preferred", not required`],
      },
      {
        title: "plain connections",
        change: set(CACHE, "transitEncryptionEnabled", false),
        finds: [`${CACHE} transitEncryptionEnabled: takes plain connections (false)`],
      },
      {
        title: "plain disks",
        change: set(CACHE, "atRestEncryptionEnabled", undefined),
        finds: [`${CACHE} atRestEncryptionEnabled: not encrypted at rest (missing)`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(CACHE, "transitEncryptionMode")],
  },
  {
    rule: protectStatefulResources,
    violations: [
      {
        title: "an Aurora cluster and a bucket of the old type",
        change: (draft) => {
          aurora(draft);
          oldBucket(draft);
        },
        finds: [
          "aurora deletionProtection: AWS would delete it (missing)",
          "aurora: the engine would delete or replace it",
          "old: the engine would delete or replace it",
        ],
      },
      {
        title: "the engine may delete it",
        change: unprotected(DATABASE),
        finds: [`${DATABASE}: the engine would delete or replace it`],
      },
      {
        title: "AWS may delete it",
        change: set(DATABASE, "deletionProtection", undefined),
        finds: [`${DATABASE} deletionProtection: AWS would delete it (missing)`],
      },
      {
        title: "a bucket with all its backups",
        change: set(BUCKET, "forceDestroy", true),
        finds: [`${BUCKET} forceDestroy: is deleted with all that it holds`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt(DATABASE, "deletionProtection")],
  },
  {
    rule: keepFinalSnapshots,
    violations: [
      {
        title: "an Aurora cluster",
        change: aurora,
        finds: ["aurora finalSnapshotIdentifier: its last snapshot has no name"],
      },
      {
        title: "no snapshot",
        change: set(DATABASE, "skipFinalSnapshot", true),
        finds: [`${DATABASE} skipFinalSnapshot: leaves no snapshot behind`],
      },
      {
        title: "no name for it",
        change: set(CACHE, "finalSnapshotIdentifier", undefined),
        finds: [`${CACHE} finalSnapshotIdentifier: its last snapshot has no name`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt(DATABASE, "skipFinalSnapshot")],
  },
  {
    rule: sizeByEnvironment,
    violations: [
      {
        title: "an Aurora instance with credits",
        change: add("aws:rds/clusterInstance:ClusterInstance", "instance", {
          instanceClass: "db.t4g.medium",
        }),
        finds: ['instance instanceClass: "db.t4g.medium" is of none of the families r7g, m7g'],
      },
      {
        title: "credits that run out",
        change: set(DATABASE, "instanceClass", "db.t4g.micro"),
        finds: [`${DATABASE} instanceClass: "db.t4g.micro" is of none of the families r7g, m7g`],
      },
      {
        title: "a cache of another size",
        change: set(CACHE, "nodeType", "cache.t4g.micro"),
        finds: [`${CACHE} nodeType: "cache.t4g.micro" is of none of the families r7g, m7g`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(DATABASE, "instanceClass")],
  },
  {
    rule: blockPublicBuckets,
    violations: [
      {
        title: "a bucket of the old type",
        change: oldBucket,
        finds: ["old bucket: nothing keeps it from being made public"],
      },
      {
        title: "no block",
        change: remove(PUBLIC_ACCESS),
        finds: [`${BUCKET} bucket: nothing keeps it from being made public`],
      },
      {
        title: "a block with a gap",
        change: set(PUBLIC_ACCESS, "restrictPublicBuckets", false),
        finds: [`${PUBLIC_ACCESS} restrictPublicBuckets: public access is not blocked (false)`],
      },
      {
        title: "a block of another bucket",
        change: set(PUBLIC_ACCESS, "bucket", `${BUCKET_NAME}-2`),
        finds: [`${BUCKET} bucket: nothing keeps it from being made public`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(PUBLIC_ACCESS, "bucket")],
  },
  {
    rule: encryptBuckets,
    violations: [
      {
        title: "a bucket of the old type",
        change: oldBucket,
        finds: ["old bucket: no key of ours encrypts it"],
      },
      {
        title: "nothing said",
        change: remove(ENCRYPTION),
        finds: [`${BUCKET} bucket: no key of ours encrypts it`],
      },
      {
        title: "S3's key",
        change: set(ENCRYPTION, chosen, { sseAlgorithm: "AES256" }),
        finds: [
          `${ENCRYPTION} ${chosen}.kmsMasterKeyId: names no key of ours`,
          `${ENCRYPTION} ${chosen}.sseAlgorithm: encrypted by "AES256"`,
        ],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(ENCRYPTION, "rules")],
  },
  {
    rule: versionBuckets,
    violations: [
      {
        title: "a bucket of the old type",
        change: oldBucket,
        finds: ["old bucket: what is overwritten is gone"],
      },
      {
        title: "nothing said",
        change: remove(VERSIONING),
        finds: [`${BUCKET} bucket: what is overwritten is gone`],
      },
      {
        title: "suspended",
        change: set(VERSIONING, "versioningConfiguration.status", "Suspended"),
        finds: [`${VERSIONING} versioningConfiguration.status: versioning is "Suspended"`],
      },
    ],
    notApplicable: elsewhere,
    unknown: [unknownAt(VERSIONING, "versioningConfiguration.status")],
  },
  {
    rule: lockBackups,
    violations: [
      {
        title: "a bucket of the old type",
        change: oldBucket,
        finds: [
          "old bucket: no retention is set",
          "old objectLockEnabled: its objects cannot be locked (missing)",
        ],
      },
      {
        title: "a lock that some may open",
        change: set(LOCK, "rule.defaultRetention.mode", "GOVERNANCE"),
        finds: [`${LOCK} rule.defaultRetention.mode: whoever has the right removes them ("GOVERNANCE")`],
      },
      {
        title: "no lock",
        change: set(BUCKET, "objectLockEnabled", undefined),
        finds: [`${BUCKET} objectLockEnabled: its objects cannot be locked (missing)`],
      },
      {
        title: "no retention",
        change: remove(LOCK),
        finds: [`${BUCKET} bucket: no retention is set`],
      },
      {
        title: "a rule without days",
        change: set(LOCK, "rule.defaultRetention.days", undefined),
        finds: [`${LOCK} rule.defaultRetention.days: no retention is set`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt(BUCKET, "objectLockEnabled")],
  },
  {
    rule: replicateBackups,
    violations: [
      {
        title: "one region",
        change: remove("backup-replication"),
        finds: [`${DATABASE}: no bucket is replicated`],
      },
      {
        title: "switched off",
        change: set("backup-replication", "rules[0].status", "Disabled"),
        finds: [`${DATABASE}: no bucket is replicated`],
      },
    ],
    notApplicable: staging,
    unknown: [unknownAt("backup-replication", "rules")],
  },
];

export const awsStoreCases = onAws(CASES);
