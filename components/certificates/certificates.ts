import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Environment } from "../shared/environments.ts";
import type { InternalTlsServer } from "../shared/network/application-flows.ts";
import { CertManagerCertificates, type CertManagerCertificatesArgs } from "./cert-manager-certificates.ts";
import { InternalCa } from "./internal-ca.ts";
import { PublicCertificate, type PublicCertificateSource } from "./public-certificate.ts";
import type { TlsMounts } from "./tls-mount.ts";

/** Validity in days of the internal certificates with an imported public one; 365 as in the seed documents. */
const LEAF_VALIDITY_DAYS = 365;

interface CertificatesArgs {
  readonly environment: Environment;
  /** The public domain. */
  readonly domain: string;
  /** The servers that get an internal certificate. */
  readonly servers: readonly InternalTlsServer[];
  readonly source:
    | PublicCertificateSource
    | ({ readonly kind: "acme" } & Omit<
        CertManagerCertificatesArgs,
        "environment" | "domain" | "servers" | "certManagerReady"
      >);
  readonly certManagerReady: CertManagerCertificatesArgs["certManagerReady"];
}

/** The public certificate and the internal certificates, from one of three sources. */
export class Certificates extends pulumi.ComponentResource {
  readonly mounts: TlsMounts;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:certificates:Certificates", name, {}, opts);
    const { environment, domain, servers, source, certManagerReady } = args;
    if (source.kind === "acme") {
      const { email, server, hostedZoneId, region } = source;
      this.mounts = new CertManagerCertificates(
        `${name}-cert-manager`,
        { environment, domain, servers, email, server, hostedZoneId, region, certManagerReady },
        { parent: this },
      );
    } else {
      const childOpts = { parent: this, providers: [new tls.Provider(`${name}-tls`, {}, { parent: this })] };
      const validityDays = source.kind === "self-signed" ? source.validityDays : LEAF_VALIDITY_DAYS;
      const internal = new InternalCa(`${name}-internal`, { environment, servers, validityDays }, childOpts);
      const { gateway } = new PublicCertificate(`${name}-public`, { environment, domain, source }, childOpts);
      this.mounts = { gateway, servers: internal.servers, internalCa: internal.internalCa };
    }
    const { gateway, internalCa } = this.mounts;
    this.registerOutputs({
      mounts: { gateway, servers: Object.fromEntries(this.mounts.servers), authority: internalCa },
    });
  }
}
