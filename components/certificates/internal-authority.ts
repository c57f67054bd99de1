import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/labels.ts";
import { GAME_NAMESPACE } from "../shared/namespaces.ts";
import { digest } from "../shared/naming.ts";
import { INTERNAL_SERVERS, type InternalServer, type TlsMount } from "./tls-mount.ts";
import { validity } from "./validity.ts";

export interface InternalAuthorityArgs {
  readonly environment: Environment;
  /** Days that a leaf is valid. */
  readonly validityDays: number;
}

/** The authority outlives its leaves by far: replacing it means replacing every leaf at once. */
const AUTHORITY_DAYS = 10 * 365;

const SECRET_NAME = "internal-tls";

/**
 * The deployment's own certificate authority and a leaf per server, in the Secret `internal-tls`. A pod mounts only its own
 * leaf; the authority's key stays in the (encrypted) state.
 */
export class InternalAuthority extends pulumi.ComponentResource {
  readonly servers: Readonly<Record<InternalServer, TlsMount>>;
  readonly authority: TlsMount;

  constructor(name: string, args: InternalAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:InternalAuthority", name, {}, opts);
    const authority = this.#authority(name);
    const names = Object.keys(INTERNAL_SERVERS) as InternalServer[];
    const leaves = names.map(
      (server) => [server, this.#leaf(name, server, authority, args.validityDays)] as const,
    );
    new kubernetes.core.v1.Secret(
      `${name}-internal-tls`,
      {
        metadata: {
          name: SECRET_NAME,
          namespace: GAME_NAMESPACE,
          labels: { ...commonLabels(SECRET_NAME, args.environment) },
        },
        stringData: {
          "ca.crt": authority.certificate.certPem,
          ...Object.fromEntries(leaves.map(([server, leaf]) => [`${server}.crt`, leaf.certificate.certPem])),
          ...Object.fromEntries(leaves.map(([server, leaf]) => [`${server}.key`, leaf.key.privateKeyPem])),
        },
      },
      { parent: this },
    );
    this.authority = mount({ "ca.crt": "ca.crt" }, authority.certificate.certPem);
    this.servers = Object.fromEntries(
      leaves.map(([server, leaf]) => [server, serverMount(server, leaf.certificate.certPem)]),
    ) as Record<InternalServer, TlsMount>;
    this.registerOutputs({ servers: this.servers, authority: this.authority });
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
        dnsNames: [...INTERNAL_SERVERS[server]],
      },
      { parent: this },
    );
    const certificate = new tls.LocallySignedCert(
      `${name}-${server}`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authority.key.privateKeyPem,
        caCertPem: authority.certificate.certPem,
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
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
