import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { type InternalTlsServer, WORKLOAD_NAMESPACES } from "../shared/network/application-flows.ts";
import { certificateDnsNames, needsClientAuth, type TlsMount } from "./tls-mount.ts";

/** The ACME directories of Let's Encrypt; staging has high rate limits, but browsers do not trust its certificates. */
const ACME_DIRECTORIES = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export interface CertManagerCertificatesArgs {
  readonly environment: Environment;
  readonly domain: string;
  /** The servers that get an internal certificate. */
  readonly servers: readonly InternalTlsServer[];
  /** The contact address of the ACME account. */
  readonly email: string;
  readonly server: keyof typeof ACME_DIRECTORIES;
  /** The Route 53 hosted zone for DNS-01 challenges. */
  readonly hostedZoneId: string;
  readonly region: string;
  /** Known when cert-manager admits objects; `undefined` if it is already installed. */
  readonly certManagerReady: pulumi.Output<boolean> | undefined;
}

/**
 * Renew when a third of the lifetime is left: a percentage instead of days, because Let's Encrypt keeps shortening
 * lifetimes.
 */
const RENEW_BEFORE_PERCENTAGE = 33;

const API_VERSION = "cert-manager.io/v1";

/**
 * Differs from the Secret of an imported or self-signed certificate: after a change of `certificates.kind`, Pulumi creates
 * the new Secret before it deletes the old one, and cert-manager does not delete its Secret, so one name would conflict.
 */
const PUBLIC_TLS_SECRET = "gateway-tls-acme";

const BOOTSTRAP_ISSUER = "spacetime-vr-bootstrap";
const INTERNAL_ISSUER = "spacetime-vr-internal";
const CA_SECRET = "internal-authority";

/**
 * The namespace of cert-manager and of ClusterIssuer Secrets (`--cluster-resource-namespace`). The CA key is here, because
 * certificates are needed in several namespaces, and because no pod of the game can mount it from here.
 */
const CERT_MANAGER_NAMESPACE = "cert-manager";

/**
 * Certificates of cert-manager, which must be installed in the cluster: ACME with DNS-01 for the public domain, and an
 * internal CA ClusterIssuer for the servers. They are renewed without a deployment; the servers reload the mounted files.
 */
export class CertManagerCertificates extends pulumi.ComponentResource {
  readonly gateway: TlsMount;
  readonly servers: ReadonlyMap<InternalTlsServer, TlsMount>;
  readonly internalCa: TlsMount;

  readonly #environment: Environment;
  readonly #ready: pulumi.Output<boolean>;

  constructor(name: string, args: CertManagerCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:CertManager", name, {}, opts);
    this.#environment = args.environment;
    this.#ready = args.certManagerReady ?? pulumi.output(true);
    // Named after its CA: cert-manager reissues when a certificate refers to another issuer, not when an issuer changes.
    const issuer = `spacetime-vr-${args.server}`;
    const acme = this.#clusterIssuer(`${name}-acme`, issuer, acmeIssuerSpec(args, issuer), []);
    const publicLeaf = leafCertificateSpec(PUBLIC_TLS_SECRET, [args.domain], issuer);
    this.#certificate(`${name}-gateway`, GAME_NAMESPACE, publicLeaf, [acme]);

    const bootstrap = this.#clusterIssuer(`${name}-bootstrap`, BOOTSTRAP_ISSUER, { selfSigned: {} }, []);
    const authority = this.#certificate(`${name}-authority`, CERT_MANAGER_NAMESPACE, CA_CERTIFICATE_SPEC, [
      bootstrap,
    ]);
    const internalSpec = { ca: { secretName: CA_SECRET } };
    const internal = this.#clusterIssuer(`${name}-internal`, INTERNAL_ISSUER, internalSpec, [authority]);
    for (const server of args.servers) {
      // The public certificate has the resource name `<name>-gateway`.
      const resource = server === "gateway" ? `${name}-internal-gateway` : `${name}-${server}`;
      this.#certificate(resource, WORKLOAD_NAMESPACES[server], serverCertificateSpec(server), [internal]);
    }
    this.gateway = tlsMount(PUBLIC_TLS_SECRET, "tls.crt", "tls.key");
    this.internalCa = tlsMount(leafSecretName("game-server"), "ca.crt");
    this.servers = new Map(
      args.servers.map((server) => [
        server,
        tlsMount(leafSecretName(server), "tls.crt", "tls.key", "ca.crt"),
      ]),
    );
    const servers = Object.fromEntries(this.servers);
    this.registerOutputs({ gateway: this.gateway, servers, authority: this.internalCa });
  }

  #clusterIssuer(
    resource: string,
    name: string,
    spec: object,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    const labels = { ...commonLabels(name, this.#environment) };
    return new kubernetes.apiextensions.CustomResource(
      resource,
      // Every other object of cert-manager depends on an issuer.
      {
        apiVersion: API_VERSION,
        kind: "ClusterIssuer",
        metadata: { name, labels },
        spec: this.#ready.apply(() => spec),
      },
      { parent: this, dependsOn },
    );
  }

  /** A Certificate with the same name as its Secret. */
  #certificate(
    resource: string,
    namespace: string,
    spec: CertificateSpec,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    const name = spec.secretName;
    const labels = { ...commonLabels(name, this.#environment) };
    // Pods must not start before cert-manager has written the Secret that they mount.
    const annotations = { "pulumi.com/waitFor": "condition=Ready" };
    const metadata = { name, namespace, labels, annotations };
    return new kubernetes.apiextensions.CustomResource(
      resource,
      { apiVersion: API_VERSION, kind: "Certificate", metadata, spec },
      { parent: this, dependsOn },
    );
  }
}

/** A ClusterIssuer, because only these may use the IAM role of the cert-manager pod. */
function acmeIssuerSpec(
  { domain, email, server, hostedZoneId, region }: CertManagerCertificatesArgs,
  issuer: string,
): object {
  const dns01 = { route53: { region, hostedZoneID: hostedZoneId } };
  return {
    acme: {
      email,
      server: ACME_DIRECTORIES[server],
      privateKeySecretRef: { name: `${issuer}-account` },
      solvers: [{ selector: { dnsNames: [domain] }, dns01 }],
    },
  };
}

interface CertificateSpec {
  readonly secretName: string;
  readonly [field: string]: unknown;
}

function leafCertificateSpec(
  secretName: string,
  dnsNames: readonly string[],
  issuer: string,
): CertificateSpec {
  return {
    secretName,
    dnsNames: [...dnsNames],
    renewBeforePercentage: RENEW_BEFORE_PERCENTAGE,
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    usages: ["digital signature", "key encipherment", "server auth"],
    issuerRef: { kind: "ClusterIssuer", name: issuer },
  };
}

function serverCertificateSpec(server: InternalTlsServer): CertificateSpec {
  const leaf = leafCertificateSpec(leafSecretName(server), certificateDnsNames(server), INTERNAL_ISSUER);
  if (!needsClientAuth(server)) return leaf;
  // Postgres maps the common name of a client certificate to a role.
  return { ...leaf, commonName: server, usages: [...(leaf.usages as string[]), "client auth"] };
}

/** Ten years, so that the CA outlives its certificates; the key is kept, because a new one would change them all. */
const CA_CERTIFICATE_SPEC = {
  isCA: true,
  commonName: "SpaceTime VR internal authority",
  secretName: CA_SECRET,
  duration: "87600h",
  privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
  issuerRef: { kind: "ClusterIssuer", name: BOOTSTRAP_ISSUER },
};

function leafSecretName(server: InternalTlsServer): string {
  return `internal-tls-${server}`;
}

/** Without a revision: certificates are renewed in place and the servers reload them. */
function tlsMount(secretName: string, ...files: readonly string[]): TlsMount {
  return { secretName, files: Object.fromEntries(files.map((file) => [file, file])), revision: undefined };
}
