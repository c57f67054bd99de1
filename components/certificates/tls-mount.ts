import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type InternalTlsServer, serviceHost } from "../shared/network/application-flows.ts";

/** The names that a server's clients call it by. */
export function certificateDnsNames(server: InternalTlsServer): string[] {
  return [serviceHost(server), "localhost"];
}

/** Whether a server's certificate also proves it as a client: to a Postgres role, and among Alertmanagers. */
export function needsClientAuth(server: InternalTlsServer): boolean {
  return server === "postgres-exporter" || server === "alertmanager";
}

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
  readonly servers: ReadonlyMap<InternalTlsServer, TlsMount>;
  /** The internal authority alone, for clients: `ca.crt`. */
  readonly authority: TlsMount;
}

/** The annotation that rolls a workload when its certificate changes. */
export const CERTIFICATE_REVISION_ANNOTATION = "spacetime-vr.com/certificate-revision";

/** The volume of a mount; group-readable, because Postgres refuses keys that others may read. */
export function tlsVolume(name: string, mount: TlsMount): kubernetes.types.input.core.v1.Volume {
  const items = Object.entries(mount.files).map(([key, path]) => ({ key, path }));
  return { name, secret: { secretName: mount.secretName, items, defaultMode: 0o440 } };
}

/** The pod template annotations that the given mounts ask for. */
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

/** The same; undefined for a server that has no certificate in this environment. */
export function findServerTlsMount(mounts: TlsMounts, server: InternalTlsServer, volume = "tls") {
  const found = mounts.servers.get(server);
  if (found === undefined) return undefined;
  return { volume: tlsVolume(volume, found), annotations: certificateRevisionAnnotations(found) };
}
