import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type InternalTlsServer, serviceHost } from "../shared/network/application-flows.ts";

/** The DNS names of a server. */
export function certificateDnsNames(server: InternalTlsServer): string[] {
  return [serviceHost(server), "localhost"];
}

/** The servers that are also clients of a server that identifies them by their certificate. */
const TLS_CLIENTS: readonly InternalTlsServer[] = [
  // A role of Postgres.
  "postgres-exporter",
  // The cluster of Alertmanager.
  "alertmanager",
  // pgBackRest connects in both directions: WAL to the repository, and backups to the files of the database.
  "postgres",
  "backup-repository",
];

/** Whether a server's certificate is also a client certificate. */
export function needsClientAuth(server: InternalTlsServer): boolean {
  return TLS_CLIENTS.includes(server);
}

/** How a pod mounts a certificate and its key: a Secret and the file name of each key. */
export interface TlsMount {
  readonly secretName: string;
  /** File names by key of the Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Changes with the certificate, so that pods are replaced; undefined if renewal needs no rollout. */
  readonly revision: pulumi.Input<string> | undefined;
}

/** The certificates of a deployment, independent of their source. */
export interface TlsMounts {
  /** The public certificate: `tls.crt`, `tls.key`. */
  readonly gateway: TlsMount;
  /** A server's certificate and the internal CA: `tls.crt`, `tls.key`, `ca.crt`. */
  readonly servers: ReadonlyMap<InternalTlsServer, TlsMount>;
  /** Only the internal CA, for clients: `ca.crt`. */
  readonly internalCa: TlsMount;
}

/** The annotation that triggers a rollout when the certificate changes. */
export const CERTIFICATE_REVISION_ANNOTATION = "spacetime-vr.com/certificate-revision";

/** The volume of a mount; not world-readable, because Postgres rejects such keys. */
export function tlsVolume(name: string, mount: TlsMount): kubernetes.types.input.core.v1.Volume {
  const items = Object.entries(mount.files).map(([key, path]) => ({ key, path }));
  return { name, secret: { secretName: mount.secretName, items, defaultMode: 0o440 } };
}

/** The pod template annotations for the given mounts. */
export function certificateRevisionAnnotations(
  ...mounts: readonly TlsMount[]
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    mounts
      .filter((mount) => mount.revision !== undefined)
      .map((mount) => [
        `${CERTIFICATE_REVISION_ANNOTATION}.${mount.secretName}`,
        mount.revision as pulumi.Input<string>,
      ]),
  );
}

/** A server's certificate for its pod: the volume, and the annotations that restart the pod when it changes. */
export function serverTlsMount(mounts: TlsMounts, server: InternalTlsServer, volume = "tls") {
  const found = findServerTlsMount(mounts, server, volume);
  if (found === undefined) throw new Error(`The internal CA issues no certificate for ${server}.`);
  return found;
}

/** Like the above, but undefined for a server without a certificate in this environment. */
export function findServerTlsMount(mounts: TlsMounts, server: InternalTlsServer, volume = "tls") {
  const found = mounts.servers.get(server);
  if (found === undefined) return undefined;
  return { volume: tlsVolume(volume, found), annotations: certificateRevisionAnnotations(found) };
}
