import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import type { IamStatement } from "../shared/aws/iam-policy.ts";
import { PodRole } from "../shared/aws/pod-role.ts";
import { nameWithContentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";
import { IMAGES, imageReference } from "../shared/kubernetes/images.ts";
import { createImmutableConfigMap } from "../shared/kubernetes/immutable-config-map.ts";
import { objectLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  type Placement,
  placementSpec,
  RESTRICTED_SECURITY_CONTEXT,
  restrictedPodSpec,
} from "../shared/kubernetes/pod-spec.ts";
import { type RolesScriptOptions, renderManagedRolesScript } from "./postgres-config.ts";
import { RDS_MASTER_USER } from "./rds-postgres.ts";

interface DatabaseBootstrapArgs extends RolesScriptOptions {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly masterSecretArn: pulumi.Output<string>;
  /** PEM certificates of the CA that issued the database's certificate. */
  readonly caCertificates: string;
  /** The Secret object with the passwords of the roles. */
  readonly secretName: string;
  readonly placement: Placement;
}

/** The name of the workload in the network flows. */
const NAME = "database-bootstrap";

/** User and group of the Postgres image; the AWS CLI image does not define a user. */
const IDENTITY = { uid: 999, gid: 999 };

/** Both containers mostly wait for responses. */
const RESOURCES = { cpu: "100m", memory: "256Mi" };

/** Seconds after which the Job fails if the database does not respond: a new database is available within minutes. */
const DEADLINE_SECONDS = 900;

/**
 * A Job that creates the roles of a managed database and sets their passwords. Its name contains a hash of its content and
 * of the password versions, so a rotation runs it again. Game servers wait until it has finished.
 */
export class DatabaseBootstrap extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:data:DatabaseBootstrap", name, {}, opts);
    const childOpts = { parent: this };
    const labels = objectLabels(NAME, args.environment, IMAGES.postgres.version);
    const config = createImmutableConfigMap(
      `${name}-config`,
      {
        baseName: NAME,
        namespace: GAME_NAMESPACE,
        labels,
        data: { "roles.sql": renderManagedRolesScript(args), "ca.crt": args.caCertificates },
      },
      childOpts,
    );
    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      {
        metadata: { name: NAME, namespace: GAME_NAMESPACE, labels: { ...labels } },
        automountServiceAccountToken: false,
      },
      childOpts,
    );
    const role = new PodRole(
      `${name}-role`,
      {
        aws: args.aws,
        purpose: NAME,
        namespace: GAME_NAMESPACE,
        serviceAccount: NAME,
        statements: masterSecretStatements(args),
      },
      childOpts,
    );
    const pod = bootstrapPodSpec(args, config.name);
    const content = [
      config.name,
      args.secretName,
      imageReference("postgres"),
      imageReference("awsCli"),
      bootstrapScript(args),
    ];
    new kubernetes.batch.v1.Job(
      `${name}-job`,
      {
        metadata: {
          name: nameWithContentHash(NAME, content),
          namespace: GAME_NAMESPACE,
          labels: { ...labels },
        },
        spec: {
          backoffLimit: 5,
          activeDeadlineSeconds: DEADLINE_SECONDS,
          template: { metadata: { labels: { ...labels } }, spec: pod },
        },
      },
      { ...childOpts, dependsOn: [config.resource, account, role] },
    );
    this.registerOutputs({});
  }
}

/** Permissions of the Job: read the one secret, and decrypt it. */
function masterSecretStatements({ aws, masterSecretArn }: DatabaseBootstrapArgs): IamStatement[] {
  const service = `secretsmanager.${aws.region}.${aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;
  return [
    { Sid: "ReadMasterSecret", Action: "secretsmanager:GetSecretValue", Resource: masterSecretArn },
    {
      Sid: "OpenMasterSecret",
      Action: "kms:Decrypt",
      Resource: aws.keys.data,
      Condition: {
        StringEquals: { "kms:ViaService": service, "kms:EncryptionContext:SecretARN": masterSecretArn },
      },
    },
  ];
}

/**
 * The bash script that runs the SQL for the roles and sets their passwords. Passwords are only in files and in the memory
 * of this shell, not in arguments or SQL statements: psql's \password sends a SCRAM verifier that it computes itself. In
 * a session without a terminal, psql reads the password from standard input.
 */
function bootstrapScript({ applicationRole, backupRole }: RolesScriptOptions): string {
  const setPassword = (role: string, file: string): string[] => [
    `password="$(cat /run/secrets/postgres/${file})"`,
    `printf '%s\\n%s\\n' "$password" "$password" | setsid --wait psql -qX -c '\\password ${role}' > /dev/null`,
  ];
  return [
    "set -o pipefail",
    `PGPASSWORD="$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{password}' /run/master/secret.json)"`,
    "export PGPASSWORD",
    "psql -qX -f /etc/database-bootstrap/roles.sql > /dev/null",
    ...setPassword(applicationRole, "postgres-app-password"),
    ...setPassword(backupRole, "postgres-backup-password"),
    "echo 'the roles and their passwords are set'",
  ].join("\n");
}

function bootstrapPodSpec(
  args: DatabaseBootstrapArgs,
  config: string,
): kubernetes.types.input.core.v1.PodSpec {
  return {
    ...restrictedPodSpec(NAME, IDENTITY),
    ...placementSpec(args.placement),
    restartPolicy: "Never",
    initContainers: [masterSecretContainer(args)],
    containers: [
      {
        name: NAME,
        image: imageReference("postgres"),
        command: ["bash", "-ec", bootstrapScript(args)],
        env: [
          { name: "PGHOST", value: args.host },
          { name: "PGPORT", value: String(args.port) },
          { name: "PGUSER", value: RDS_MASTER_USER },
          { name: "PGDATABASE", value: args.database },
          { name: "PGSSLMODE", value: "verify-full" },
          { name: "PGSSLROOTCERT", value: "/etc/database-bootstrap/ca.crt" },
          { name: "PGCONNECT_TIMEOUT", value: "10" },
          { name: "HOME", value: "/tmp" },
        ],
        resources: guaranteedResources(RESOURCES),
        securityContext: RESTRICTED_SECURITY_CONTEXT,
        volumeMounts: [
          { name: "config", mountPath: "/etc/database-bootstrap", readOnly: true },
          { name: "passwords", mountPath: "/run/secrets/postgres", readOnly: true },
          { name: "master", mountPath: "/run/master", readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: config } },
      { name: "passwords", secret: { secretName: args.secretName, defaultMode: 0o440 } },
      // In memory, so that the master password is not on a disk.
      { name: "master", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      emptyDirVolume("tmp", "16Mi"),
    ],
  };
}

function masterSecretContainer({
  aws,
  masterSecretArn,
}: DatabaseBootstrapArgs): kubernetes.types.input.core.v1.Container {
  const read = [
    'aws secretsmanager get-secret-value --secret-id "$MASTER_ARN"',
    "--query SecretString --output text > /run/master/secret.json",
  ].join(" ");
  return {
    name: "master-secret",
    image: imageReference("awsCli"),
    command: ["sh", "-ec", `umask 077\n${read}`],
    env: [
      { name: "AWS_REGION", value: aws.region },
      { name: "MASTER_ARN", value: masterSecretArn },
      { name: "HOME", value: "/tmp" },
    ],
    resources: guaranteedResources(RESOURCES),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    volumeMounts: [
      { name: "master", mountPath: "/run/master" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
