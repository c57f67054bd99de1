import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { contentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { certificateLifetime } from "./certificate-lifetime.ts";
import type { TlsMount } from "./tls-mount.ts";

/** The source of the public certificate without cert-manager. */
export type PublicCertificateSource =
  | { readonly kind: "self-signed"; readonly validityDays: number }
  /** PEM; the component marks the key as a Pulumi secret. */
  | { readonly kind: "imported"; readonly certificateChain: string; readonly privateKey: string };

interface PublicCertificateArgs {
  readonly environment: Environment;
  /** The public domain of the certificate. */
  readonly domain: string;
  readonly source: PublicCertificateSource;
}

/** RSA 4096 as in the seed documents; every client supports it. */
const RSA_BITS = 4096;

const SECRET_NAME = "gateway-tls";

/** The gateway's certificate and key, in the Secret `gateway-tls`. */
export class PublicCertificate extends pulumi.ComponentResource {
  readonly gateway: TlsMount;

  constructor(name: string, args: PublicCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:PublicPair", name, {}, opts);
    const pair =
      args.source.kind === "self-signed"
        ? this.#selfSigned(name, args.domain, args.source.validityDays)
        : {
            certificate: pulumi.output(args.source.certificateChain),
            key: pulumi.secret(args.source.privateKey),
          };
    new kubernetes.core.v1.Secret(
      `${name}-gateway-tls`,
      {
        metadata: {
          name: SECRET_NAME,
          namespace: GAME_NAMESPACE,
          labels: { ...commonLabels(SECRET_NAME, args.environment) },
        },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": pair.certificate, "tls.key": pair.key },
      },
      { parent: this },
    );
    this.gateway = {
      secretName: SECRET_NAME,
      files: { "tls.crt": "tls.crt", "tls.key": "tls.key" },
      revision: pair.certificate.apply(contentHash),
    };
    this.registerOutputs({ gateway: this.gateway });
  }

  #selfSigned(name: string, domain: string, validityDays: number): PemKeyAndCertificate {
    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "RSA", rsaBits: RSA_BITS }, { parent: this });
    const certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: domain, organization: "SpaceTime VR" },
        dnsNames: [domain],
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
        ...certificateLifetime(validityDays),
      },
      { parent: this },
    );
    return { certificate: certificate.certPem, key: key.privateKeyPem };
  }
}

interface PemKeyAndCertificate {
  readonly certificate: pulumi.Output<string>;
  readonly key: pulumi.Output<string>;
}
