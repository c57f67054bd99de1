import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { serviceHost } from "../shared/flows.ts";

/** The pods that hold a certificate of the internal authority, and the names their clients call them by. */
export const INTERNAL_SERVERS = {
  "game-server": [serviceHost("game-server"), "localhost"],
  postgres: [serviceHost("postgres"), "localhost"],
  redis: [serviceHost("redis"), "localhost"],
} as const satisfies Record<string, readonly string[]>;

/** A workload with a certificate of the internal authority. */
export type InternalServer = keyof typeof INTERNAL_SERVERS;

/** Key and certificate as a pod mounts them: a Secret and which of its keys become which files. */
export interface TlsMount {
  readonly secretName: string;
  /** File name by key of the Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Changes with the certificate, so that a pod template that carries it rolls; absent where renewal needs no rollout. */
  readonly revision: pulumi.Input<string> | undefined;
}

/** The certificates of a deployment, however they are made. */
export interface TlsMounts {
  /** The public certificate: `tls.crt`, `tls.key`. */
  readonly gateway: TlsMount;
  /** A server's own certificate and the authority it is checked against: `tls.crt`, `tls.key`, `ca.crt`. */
  readonly servers: Readonly<Record<InternalServer, TlsMount>>;
  /** The internal authority alone, for clients: `ca.crt`. */
  readonly authority: TlsMount;
}

/** The annotation that rolls a workload when its certificate changes. */
export const REVISION_ANNOTATION = "spacetime-vr.com/certificate-revision";

/** The volume of a mount; group-readable, because Postgres refuses keys that others may read. */
export function tlsVolume(name: string, mount: TlsMount): kubernetes.types.input.core.v1.Volume {
  const items = Object.entries(mount.files).map(([key, path]) => ({ key, path }));
  return { name, secret: { secretName: mount.secretName, items, defaultMode: 0o440 } };
}

/** The pod template annotations that the given mounts ask for. */
export function revisionAnnotations(...mounts: readonly TlsMount[]): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    mounts
      .filter((mount) => mount.revision !== undefined)
      .map((mount) => [`${REVISION_ANNOTATION}.${mount.secretName}`, mount.revision as pulumi.Input<string>]),
  );
}
