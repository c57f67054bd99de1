import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { contentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE, type Namespace } from "../shared/kubernetes/namespaces.ts";
import { type InternalTlsServer, WORKLOAD_NAMESPACES } from "../shared/network/application-flows.ts";
import { certificateLifetime } from "./certificate-lifetime.ts";
import { certificateDnsNames, needsClientAuth, type TlsMount } from "./tls-mount.ts";

interface InternalCaArgs {
  readonly environment: Environment;
  /** The servers that get a certificate. */
  readonly servers: readonly InternalTlsServer[];
  /** Validity of these certificates in days. */
  readonly validityDays: number;
}

/** Much longer than that of its certificates, because replacing the CA replaces all of them at the same time. */
const CA_VALIDITY_DAYS = 10 * 365;

const SECRET_NAME = "internal-tls";

/**
 * The internal CA and a certificate per server, in the Secret `internal-tls` of each namespace. A pod mounts only its own
 * certificate; the CA key is only in the (encrypted) Pulumi state.
 */
export class InternalCa extends pulumi.ComponentResource {
  readonly servers: ReadonlyMap<InternalTlsServer, TlsMount>;
  readonly internalCa: TlsMount;

  constructor(name: string, args: InternalCaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:InternalAuthority", name, {}, opts);
    const authority = this.#authority(name);
    const leaves = args.servers.map((server) => ({
      server,
      ...this.#leaf(name, server, authority, args.validityDays),
    }));
    for (const [namespace, namespaceLeaves] of Map.groupBy(
      leaves,
      ({ server }) => WORKLOAD_NAMESPACES[server],
    )) {
      this.#secret(name, namespace, namespaceLeaves, authority, args.environment);
    }
    this.internalCa = tlsMount({ "ca.crt": "ca.crt" }, authority.certificate.certPem);
    this.servers = new Map(
      leaves.map(({ server, certificate }) => [server, serverTlsMount(server, certificate.certPem)]),
    );
    this.registerOutputs({ servers: Object.fromEntries(this.servers), authority: this.internalCa });
  }

  #secret(
    name: string,
    namespace: Namespace,
    leaves: readonly (KeyAndCertificate<tls.LocallySignedCert> & { readonly server: InternalTlsServer })[],
    authority: KeyAndCertificate<tls.SelfSignedCert>,
    environment: Environment,
  ): void {
    const labels = { ...commonLabels(SECRET_NAME, environment) };
    new kubernetes.core.v1.Secret(
      namespace === GAME_NAMESPACE ? `${name}-internal-tls` : `${name}-internal-tls-${namespace}`,
      {
        metadata: { name: SECRET_NAME, namespace, labels },
        stringData: {
          "ca.crt": authority.certificate.certPem,
          ...Object.fromEntries(leaves.map((leaf) => [`${leaf.server}.crt`, leaf.certificate.certPem])),
          ...Object.fromEntries(leaves.map((leaf) => [`${leaf.server}.key`, leaf.key.privateKeyPem])),
        },
      },
      { parent: this },
    );
  }

  #authority(name: string): KeyAndCertificate<tls.SelfSignedCert> {
    const key = new tls.PrivateKey(
      `${name}-authority-key`,
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { parent: this },
    );
    const certificate = new tls.SelfSignedCert(
      `${name}-authority`,
      {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        setSubjectKeyId: true,
        subject: { commonName: "SpaceTime VR internal authority", organization: "SpaceTime VR" },
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: certificateLifetime(CA_VALIDITY_DAYS).validityPeriodHours,
      },
      { parent: this },
    );
    return { key, certificate };
  }

  #leaf(
    name: string,
    server: InternalTlsServer,
    authority: KeyAndCertificate<tls.SelfSignedCert>,
    validityDays: number,
  ): KeyAndCertificate<tls.LocallySignedCert> {
    const key = new tls.PrivateKey(
      `${name}-${server}-key`,
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { parent: this },
    );
    const request = new tls.CertRequest(
      `${name}-${server}-request`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: server, organization: "SpaceTime VR" },
        dnsNames: certificateDnsNames(server),
      },
      { parent: this },
    );
    const certificate = new tls.LocallySignedCert(
      `${name}-${server}`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authority.key.privateKeyPem,
        caCertPem: authority.certificate.certPem,
        allowedUses: [
          "digital_signature",
          "key_encipherment",
          "server_auth",
          ...(needsClientAuth(server) ? ["client_auth"] : []),
        ],
        ...certificateLifetime(validityDays),
      },
      { parent: this },
    );
    return { key, certificate };
  }
}

interface KeyAndCertificate<Certificate> {
  readonly key: tls.PrivateKey;
  readonly certificate: Certificate;
}

function tlsMount(files: Readonly<Record<string, string>>, certificate: pulumi.Output<string>): TlsMount {
  return { secretName: SECRET_NAME, files, revision: certificate.apply(contentHash) };
}

function serverTlsMount(server: InternalTlsServer, certificate: pulumi.Output<string>): TlsMount {
  return tlsMount(
    { [`${server}.crt`]: "tls.crt", [`${server}.key`]: "tls.key", "ca.crt": "ca.crt" },
    certificate,
  );
}
