import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Environment } from "../shared/environments.ts";
import { type InternalServer, WORKLOAD_NAMESPACES } from "../shared/flows.ts";
import { commonLabels } from "../shared/labels.ts";
import { GAME_NAMESPACE, type Namespace } from "../shared/namespaces.ts";
import { digest } from "../shared/naming.ts";
import { isClient, namesOf, type TlsMount } from "./tls-mount.ts";
import { validity } from "./validity.ts";

export interface InternalAuthorityArgs {
  readonly environment: Environment;
  /** Who gets a leaf. */
  readonly servers: readonly InternalServer[];
  /** Days that a leaf is valid. */
  readonly validityDays: number;
}

/** The authority outlives its leaves by far: replacing it means replacing every leaf at once. */
const AUTHORITY_DAYS = 10 * 365;

const SECRET_NAME = "internal-tls";

/**
 * The deployment's own certificate authority and a leaf per server, in the Secret `internal-tls` of each namespace. A pod
 * mounts only its own leaf; the authority's key stays in the (encrypted) state.
 */
export class InternalAuthority extends pulumi.ComponentResource {
  readonly servers: ReadonlyMap<InternalServer, TlsMount>;
  readonly authority: TlsMount;

  constructor(name: string, args: InternalAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:InternalAuthority", name, {}, opts);
    const authority = this.#authority(name);
    const leaves = args.servers.map((server) => ({
      server,
      ...this.#leaf(name, server, authority, args.validityDays),
    }));
    for (const [namespace, own] of Map.groupBy(leaves, ({ server }) => WORKLOAD_NAMESPACES[server])) {
      this.#secret(name, namespace, own, authority, args.environment);
    }
    this.authority = mount({ "ca.crt": "ca.crt" }, authority.certificate.certPem);
    this.servers = new Map(
      leaves.map(({ server, certificate }) => [server, serverMount(server, certificate.certPem)]),
    );
    this.registerOutputs({ servers: Object.fromEntries(this.servers), authority: this.authority });
  }

  #secret(
    name: string,
    namespace: Namespace,
    leaves: readonly (Pair<tls.LocallySignedCert> & { readonly server: InternalServer })[],
    authority: Pair<tls.SelfSignedCert>,
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

  #authority(name: string): Pair<tls.SelfSignedCert> {
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
        validityPeriodHours: validity(AUTHORITY_DAYS).validityPeriodHours,
      },
      { parent: this },
    );
    return { key, certificate };
  }

  #leaf(
    name: string,
    server: InternalServer,
    authority: Pair<tls.SelfSignedCert>,
    validityDays: number,
  ): Pair<tls.LocallySignedCert> {
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
        dnsNames: namesOf(server),
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
          ...(isClient(server) ? ["client_auth"] : []),
        ],
        ...validity(validityDays),
      },
      { parent: this },
    );
    return { key, certificate };
  }
}

interface Pair<Certificate> {
  readonly key: tls.PrivateKey;
  readonly certificate: Certificate;
}

function mount(files: Readonly<Record<string, string>>, certificate: pulumi.Output<string>): TlsMount {
  return { secretName: SECRET_NAME, files, revision: certificate.apply(digest) };
}

function serverMount(server: InternalServer, certificate: pulumi.Output<string>): TlsMount {
  return mount(
    { [`${server}.crt`]: "tls.crt", [`${server}.key`]: "tls.key", "ca.crt": "ca.crt" },
    certificate,
  );
}
