import { z } from "zod";
import { CREDENTIAL_NAMES, type CredentialName, SECRET_NAMES } from "../shared/secret-names.ts";
import * as scalar from "./scalars.ts";

const cluster = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("existing").describe("a cluster that somebody else runs, reached through a kubeconfig"),
      context: scalar.printable
        .min(1, "must not be empty")
        .max(253, "must be at most 253 characters")
        .optional()
        .describe("kubeconfig context; only `local` and `package` may leave it out and take the current one"),
      storageClass: scalar.label.describe("StorageClass of every PersistentVolumeClaim"),
      zones: scalar
        .whole(1, 6)
        .describe("zones that the nodes stand in; workloads are spread over that many"),
    }),
  ])
  .describe("where the workloads run");

const scaling = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("fixed").describe("always the same number"),
      replicas: scalar.whole(1, 100).describe("how many"),
    }),
    z.strictObject({
      kind: z.literal("autoscaled").describe("between two bounds, by CPU"),
      minimum: scalar.whole(1, 100).describe("never fewer"),
      maximum: scalar.whole(1, 500).describe("never more; at least the minimum"),
      targetCpuPercent: scalar.whole(10, 95).describe("mean CPU use, in percent of what is requested"),
    }),
  ])
  .describe("how many run");

const resources = z
  .strictObject({
    cpu: scalar.cpu.describe("CPU of one instance, request and limit"),
    memory: scalar.bytes.describe("memory of one instance, request and limit"),
  })
  .describe("what one instance gets");

const gameServerPool = z.strictObject({
  name: scalar.label.describe("name of the pool, unique"),
  scaling,
  resources,
});

const gameServer = z
  .strictObject({
    image: scalar.imageByDigest.describe("image of the game server, pinned by digest"),
    pools: z
      .array(gameServerPool)
      .min(1, "must have at least one pool")
      .max(20, "must have at most 20 pools")
      .describe("groups of equal servers"),
    drainSeconds: scalar
      .whole(10, 3600)
      .describe("time that connected sessions get to hand over before a server stops"),
    variables: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean()], "must be a text, a number, true or false"),
      )
      .default({})
      .describe("overrides of the variables' defaults; names and types are checked against the catalogue"),
  })
  .describe("the game server");

const annotations = z
  .record(scalar.annotationName, scalar.printable)
  .default({})
  .describe("annotations that the cluster's controller reads");

const exposure = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("load-balancer").describe("a Service of type LoadBalancer"),
      deregistrationSeconds: scalar
        .whole(0, 900)
        .describe(
          "time that the load balancer needs to stop sending to a leaving gateway (an AWS NLB: two minutes or more)",
        ),
      sourceCidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("who may connect; required, because an open door is a decision"),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("ingress").describe("an Ingress of the cluster's own controller"),
      className: scalar.label.describe("IngressClass"),
      controllerNamespace: scalar.label.describe(
        "namespace of the Ingress controller, the only one that may reach the gateway",
      ),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("node-port").describe("a port on every node"),
      port: scalar.nodePort.describe("that port"),
    }),
  ])
  .describe("how players reach the gateway");

const gateway = z
  .strictObject({
    domain: scalar.hostname.describe(
      "the public name; certificates are issued for it and nginx answers to no other",
    ),
    scaling,
    resources,
    exposure,
    shield: z
      .strictObject({
        requestsPerSecond: scalar.whole(1, 10000).describe("requests per second of one client address"),
        burst: scalar.whole(1, 10000).describe("requests beyond that rate that still pass at once"),
        connections: scalar.whole(1, 10000).describe("open connections of one client address"),
      })
      .describe("coarse limits at the gateway; the fine ones are the game server's (GODOT_RATE_LIMIT_…)"),
  })
  .describe("nginx in front of the game servers");

const database = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("in-cluster").describe("a Postgres StatefulSet in the cluster"),
      storage: scalar.bytes.describe("size of its volume"),
      resources,
    }),
    z.strictObject({
      kind: z
        .literal("external")
        .describe("somebody else's Postgres; its password is the encrypted key `databasePassword`"),
      host: scalar.hostname.describe("host name, as in its certificate"),
      port: scalar.port.describe("TCP port"),
      name: scalar.postgresName.describe("name of the database"),
      user: scalar.postgresName.describe("role that the game server logs in as"),
      cidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("networks that the host's addresses lie in: a NetworkPolicy knows addresses, not names"),
      caCertificate: scalar.certificates.describe(
        "PEM certificates of the authority that signs the database's certificate",
      ),
    }),
  ])
  .describe("player and world state");

const redis = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("in-cluster").describe("a Redis StatefulSet in the cluster"),
      storage: scalar.bytes.describe("size of its volume"),
      resources,
    }),
  ])
  .describe("sessions, mesh state and rate-limit counters");

const certificates = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("self-signed")
        .describe("an internal authority and a self-signed RSA-4096 pair for the public name"),
      validityDays: scalar.whole(1, 825).describe("lifetime of that pair in days"),
    }),
    z.strictObject({
      kind: z
        .literal("imported")
        .describe("a certificate bought elsewhere; its key is the encrypted key `tlsPrivateKey`"),
      certificateChain: scalar.certificates.describe("PEM certificates, the leaf first"),
    }),
    z.strictObject({
      kind: z
        .literal("acme")
        .describe(
          "cert-manager: ACME through DNS-01 for the public name, an internal CA Issuer for the rest",
        ),
      email: scalar.email.describe("who hears from the certificate authority"),
      server: z
        .enum(["letsencrypt", "letsencrypt-staging"])
        .describe("which authority; the staging one is untrusted by browsers, but has no tight limits"),
      hostedZoneId: z
        .string()
        .regex(/^Z[A-Z0-9]{1,31}$/, 'must be a Route 53 hosted zone id such as "Z0123456789ABCDEFGHIJ"')
        .describe("Route 53 hosted zone of the domain"),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as "eu-central-1"')
        .describe("AWS region of the DNS-01 solver"),
    }),
  ])
  .describe("where the certificates come from");

const version = z
  .int("must be a whole number from 1 up")
  .min(1, "must be a whole number from 1 up")
  .describe("version of this secret");

const CREDENTIAL_USES: Readonly<Record<CredentialName, string>> = {
  databasePassword: "password of `database.user`; with `database.kind: external` only",
  tlsPrivateKey: "PEM key of `certificates.certificateChain`; with `certificates.kind: imported` only",
  slackWebhookUrl: "where alerts are posted in Slack",
  pagerdutyRoutingKey: "integration key of the PagerDuty service that is called",
  smtpPassword: "password of the mail server that sends alerts",
};

const credential = (name: CredentialName) =>
  z.string().min(1, "must not be empty").optional().describe(CREDENTIAL_USES[name]);

const credentials = Object.fromEntries(CREDENTIAL_NAMES.map((name) => [name, credential(name)])) as Record<
  CredentialName,
  ReturnType<typeof credential>
>;

/** What `Pulumi.<environment>.yaml` holds under the project's namespace, as written. */
export const stackSchema = z.strictObject({
  cluster,
  gameServer,
  gateway,
  database,
  redis,
  certificates,
  secretVersions: z
    .partialRecord(z.enum(SECRET_NAMES), version)
    .default({})
    .describe("raising a number makes a new secret and rolls exactly the workloads that read it"),
  ...credentials,
});

/** The parsed stack file. */
export type StackFile = z.infer<typeof stackSchema>;
export type ClusterConfig = StackFile["cluster"];
export type GameServerConfig = StackFile["gameServer"];
export type GameServerPoolConfig = GameServerConfig["pools"][number];
export type GatewayConfig = StackFile["gateway"];
export type ScalingConfig = z.infer<typeof scaling>;
export type ResourcesConfig = z.infer<typeof resources>;
export type DatabaseConfig = StackFile["database"];
export type RedisConfig = StackFile["redis"];
export type CertificatesConfig = StackFile["certificates"];
