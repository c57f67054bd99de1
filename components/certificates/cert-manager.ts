import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/labels.ts";
import { GAME_NAMESPACE } from "../shared/namespaces.ts";
import { INTERNAL_SERVERS, type InternalServer, type TlsMount } from "./tls-mount.ts";

/** The ACME directories of Let's Encrypt; the staging one has no rate limits worth fearing and no browser trusts it. */
const DIRECTORIES = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export interface CertManagerArgs {
  readonly environment: Environment;
  readonly domain: string;
  /** Who hears from the certificate authority. */
  readonly email: string;
  readonly server: keyof typeof DIRECTORIES;
  /** The Route 53 zone in which cert-manager answers DNS-01 challenges. */
  readonly hostedZoneId: string;
  readonly region: string;
}

/**
 * Renew when a third of the lifetime is left: a share and not a number of days, because Let's Encrypt keeps shortening
 * lifetimes.
 */
const RENEW_BEFORE_PERCENTAGE = 33;

const API_VERSION = "cert-manager.io/v1";

/**
 * Not the Secret of a given or self-signed pair: a change of `certificates.kind` makes the one before the engine deletes the
 * other, and cert-manager leaves its Secret behind, so under one name the two would delete or refuse each other.
 */
const PUBLIC_SECRET = "gateway-tls-acme";

const BOOTSTRAP_ISSUER = "internal-bootstrap";
const INTERNAL_ISSUER = "internal";
const AUTHORITY_SECRET = "internal-authority";

/**
 * Certificates by cert-manager, which must run in the cluster: ACME through DNS-01 for the public name, and an internal CA
 * Issuer for the servers' leaves. They renew without a deployment; the servers reload what the kubelet writes.
 */
export class CertManager extends pulumi.ComponentResource {
  readonly gateway: TlsMount;
  readonly servers: Readonly<Record<InternalServer, TlsMount>>;
  readonly authority: TlsMount;

  readonly #environment: Environment;

  constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:CertManager", name, {}, opts);
    this.#environment = args.environment;
    // Named by its authority: cert-manager issues anew when a certificate refers to another issuer, not when one changes.
    const issuer = `spacetime-vr-${args.server}`;
    const acme = this.#object(`${name}-acme`, "ClusterIssuer", issuer, acmeSpec(args, issuer), []);
    const publicLeaf = leafSpec(PUBLIC_SECRET, [args.domain], { kind: "ClusterIssuer", name: issuer });
    this.#certificate(`${name}-gateway`, "gateway-tls", publicLeaf, [acme]);

    const bootstrap = this.#object(`${name}-bootstrap`, "Issuer", BOOTSTRAP_ISSUER, { selfSigned: {} }, []);
    const authority = this.#certificate(`${name}-authority`, AUTHORITY_SECRET, AUTHORITY_SPEC, [bootstrap]);
    const internalSpec = { ca: { secretName: AUTHORITY_SECRET } };
    const internal = this.#object(`${name}-internal`, "Issuer", INTERNAL_ISSUER, internalSpec, [authority]);
    const names = Object.keys(INTERNAL_SERVERS) as InternalServer[];
    for (const server of names) {
      const leaf = leafSpec(leafSecret(server), INTERNAL_SERVERS[server], {
        kind: "Issuer",
        name: INTERNAL_ISSUER,
      });
      this.#certificate(`${name}-${server}`, leafSecret(server), leaf, [internal]);
    }
    this.gateway = mount(PUBLIC_SECRET, "tls.crt", "tls.key");
    this.authority = mount(leafSecret("game-server"), "ca.crt");
    this.servers = Object.fromEntries(
      names.map((server) => [server, mount(leafSecret(server), "tls.crt", "tls.key", "ca.crt")]),
    ) as Record<InternalServer, TlsMount>;
    this.registerOutputs({ gateway: this.gateway, servers: this.servers, authority: this.authority });
  }

  #object(
    resource: string,
    kind: "Issuer" | "ClusterIssuer",
    name: string,
    spec: object,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    const labels = { ...commonLabels(name, this.#environment) };
    const namespace = kind === "ClusterIssuer" ? {} : { namespace: GAME_NAMESPACE };
    return new kubernetes.apiextensions.CustomResource(
      resource,
      { apiVersion: API_VERSION, kind, metadata: { name, ...namespace, labels }, spec },
      { parent: this, dependsOn },
    );
  }

  #certificate(resource: string, name: string, spec: object, dependsOn: pulumi.Resource[]): pulumi.Resource {
    const labels = { ...commonLabels(name, this.#environment) };
    // Without it, pods would be started before cert-manager has written the Secret that they mount.
    const annotations = { "pulumi.com/waitFor": "condition=Ready" };
    return new kubernetes.apiextensions.CustomResource(
      resource,
      {
        apiVersion: API_VERSION,
        kind: "Certificate",
        metadata: { name, namespace: GAME_NAMESPACE, labels, annotations },
        spec,
      },
      { parent: this, dependsOn },
    );
  }
}

/** Cluster-wide, because only a ClusterIssuer may use the cloud role that cert-manager's own pod carries. */
function acmeSpec({ domain, email, server, hostedZoneId, region }: CertManagerArgs, issuer: string): object {
  const dns01 = { route53: { region, hostedZoneID: hostedZoneId } };
  return {
    acme: {
      email,
      server: DIRECTORIES[server],
      privateKeySecretRef: { name: `${issuer}-account` },
      solvers: [{ selector: { dnsNames: [domain] }, dns01 }],
    },
  };
}

interface IssuerReference {
  readonly kind: "Issuer" | "ClusterIssuer";
  readonly name: string;
}

function leafSpec(secretName: string, dnsNames: readonly string[], issuerRef: IssuerReference): object {
  return {
    secretName,
    dnsNames: [...dnsNames],
    renewBeforePercentage: RENEW_BEFORE_PERCENTAGE,
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    usages: ["digital signature", "key encipherment", "server auth"],
    issuerRef,
  };
}

/** Ten years, because a leaf that outlived its authority would be worthless; its key stays, or every leaf would change. */
const AUTHORITY_SPEC = {
  isCA: true,
  commonName: "SpaceTime VR internal authority",
  secretName: AUTHORITY_SECRET,
  duration: "87600h",
  privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
  issuerRef: { kind: "Issuer", name: BOOTSTRAP_ISSUER },
};

function leafSecret(server: InternalServer): string {
  return `internal-tls-${server}`;
}

/** Renewal happens in place and the servers reload, so no revision rolls them. */
function mount(secretName: string, ...files: readonly string[]): TlsMount {
  return { secretName, files: Object.fromEntries(files.map((file) => [file, file])), revision: undefined };
}
