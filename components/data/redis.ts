import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { certificateReloadScript } from "../shared/kubernetes/certificate-reload.ts";
import { IMAGES, imageReference } from "../shared/kubernetes/images.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
} from "../shared/kubernetes/pod-spec.ts";
import { parseByteQuantity } from "../shared/kubernetes/quantities.ts";
import {
  createInClusterDataStore,
  type InClusterDataStoreArgs,
  type InClusterDataStoreSpec,
} from "./in-cluster-data-store.ts";
import { REDIS_AUTH_FILE, renderRedisConfig } from "./redis-config.ts";

/** User and group of the official image (its Alpine variant). */
const IDENTITY = { uid: 999, gid: 1000 };

const NAME = "redis";

/** `redis-cli` with the password from the mounted file, over TLS; the password stays out of the process list. */
function redisCliCommand(port: number, verification: string): string {
  const password = 'REDISCLI_AUTH="$(cat /run/secrets/redis/redis-password)"';
  return `${password} redis-cli --no-auth-warning --tls ${verification} -p ${port}`;
}

const VERIFY_TLS_FLAGS = "--cacert /run/secrets/tls/ca.crt";

/** During a renewal, the server may still use a certificate of the previous CA. */
const SKIP_TLS_VERIFICATION_FLAG = "--insecure";

/** In-cluster Redis for sessions, mesh state and rate-limit counters: TLS only, with a password and an append-only file. */
export class Redis extends pulumi.ComponentResource {
  constructor(name: string, args: InClusterDataStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:data:Redis", name, {}, opts);
    const memoryLimitBytes = parseByteQuantity(args.resources.memory);
    const kind: InClusterDataStoreSpec = {
      workload: NAME,
      version: IMAGES.redis.version,
      identity: IDENTITY,
      files: { "redis.conf": renderRedisConfig({ port: args.port, memoryLimitBytes }) },
      container: redisContainer(args),
      volumes: [emptyDirVolume("run", "1Mi")],
      gracePeriodSeconds: 60,
    };
    createInClusterDataStore(name, args, kind, this);
    this.registerOutputs({});
  }
}

function redisContainer(args: InClusterDataStoreArgs): kubernetes.types.input.core.v1.Container {
  const ping = {
    exec: { command: ["sh", "-ec", `${redisCliCommand(args.port, VERIFY_TLS_FLAGS)} ping | grep -q PONG`] },
    timeoutSeconds: 5,
  };
  return {
    name: NAME,
    image: imageReference("redis"),
    command: ["sh", "-ec", startScript(args.port)],
    ports: [{ name: "redis", containerPort: args.port, protocol: "TCP" }],
    resources: guaranteedResources(args.resources),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    startupProbe: { ...ping, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...ping, periodSeconds: 10 },
    livenessProbe: {
      tcpSocket: { port: args.port },
      periodSeconds: 20,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    volumeMounts: [
      { name: "data", mountPath: "/data" },
      { name: "config", mountPath: "/etc/redis", readOnly: true },
      { name: "passwords", mountPath: "/run/secrets/redis", readOnly: true },
      { name: "tls", mountPath: "/run/secrets/tls", readOnly: true },
      { name: "run", mountPath: "/run/redis" },
    ],
  };
}

/** `printf` is built into the shell, so the password is in no argument list; Redis becomes PID 1 and handles SIGTERM itself. */
function startScript(port: number): string {
  const reload = [
    `${redisCliCommand(port, SKIP_TLS_VERIFICATION_FLAG)} CONFIG SET tls-cert-file /run/secrets/tls/tls.crt`,
    "tls-key-file /run/secrets/tls/tls.key tls-ca-cert-file /run/secrets/tls/ca.crt",
  ].join(" ");
  return [
    "umask 077",
    `printf 'requirepass %s\\n' "$(cat /run/secrets/redis/redis-password)" > ${REDIS_AUTH_FILE}`,
    certificateReloadScript(["/run/secrets/tls"], reload),
    "exec redis-server /etc/redis/redis.conf",
  ].join("\n");
}
