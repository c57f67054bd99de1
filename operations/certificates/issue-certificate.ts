import { createPrivateKey, createPublicKey, generateKeyPair, webcrypto } from "node:crypto";
import { promisify } from "node:util";

/** How a private key is generated. */
export type KeySpec =
  | { readonly kind: "ecdsa"; readonly curve: "P-256" | "P-384" }
  | { readonly kind: "rsa"; readonly bits: number };

/** What a certificate says. */
export interface CertificateSpec {
  readonly subject: { readonly commonName?: string | undefined; readonly organization?: string | undefined };
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Names of key usages, as in the tls provider: `digital_signature`, `server_auth`, … */
  readonly uses: readonly string[];
  readonly isCa: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The CA that signs a certificate. */
export interface Issuer {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

type X509Module = typeof import("@peculiar/x509");
type CryptoEngine = Parameters<X509Module["X509CertificateGenerator"]["createSelfSigned"]>[1];

const cryptoEngine = webcrypto as unknown as CryptoEngine;

/** The library requires reflect-metadata when it is loaded. */
async function loadX509(): Promise<X509Module> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

const generatePair = promisify(generateKeyPair);

/** Generates a private key as PKCS #8 PEM. */
export async function generatePrivateKey(spec: KeySpec): Promise<string> {
  const { privateKey } =
    spec.kind === "rsa"
      ? await generatePair("rsa", { modulusLength: spec.bits })
      : await generatePair("ec", { namedCurve: spec.curve });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * Issues a certificate for the public key of a private key, signed by the given CA, or by the key itself. Returns PEM.
 */
export async function issueCertificate(
  spec: CertificateSpec,
  privateKeyPem: string,
  issuer?: Issuer,
): Promise<string> {
  const x509 = await loadX509();
  const signingPem = issuer?.privateKeyPem ?? privateKeyPem;
  const signingAlgorithm = algorithmOf(signingPem);
  const publicKey = await importPublicKey(privateKeyPem);
  const authority = issuer === undefined ? undefined : new x509.X509Certificate(issuer.certificatePem);
  const subject = distinguishedName(spec.subject);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject,
      issuer: authority?.subject ?? new x509.Name(subject).toString(),
      notBefore: spec.notBefore,
      notAfter: spec.notAfter,
      signingAlgorithm,
      publicKey,
      signingKey: await importSigningKey(signingPem),
      extensions: [
        ...usageExtensions(x509, spec),
        ...nameExtensions(x509, spec),
        await x509.SubjectKeyIdentifierExtension.create(publicKey, false, cryptoEngine),
        ...(authority === undefined
          ? []
          : [await x509.AuthorityKeyIdentifierExtension.create(authority, false, cryptoEngine)]),
      ],
    },
    cryptoEngine,
  );
  return `${certificate.toString("pem")}\n`;
}

/** Valid from one minute ago, because clocks of containers and virtual machines may differ by less than that. */
export function validityPeriod(
  now: number,
  durationMs: number,
): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + durationMs) };
}

type SigningAlgorithm = { readonly name: string; readonly hash: string; readonly namedCurve?: string };

function algorithmOf(privateKeyPem: string): SigningAlgorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(privateKeyPem);
  if (asymmetricKeyType === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const namedCurve = asymmetricKeyDetails?.namedCurve === "secp384r1" ? "P-384" : "P-256";
  return { name: "ECDSA", hash: "SHA-256", namedCurve };
}

function importSigningKey(privateKeyPem: string) {
  const der = createPrivateKey(privateKeyPem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithmOf(privateKeyPem), false, ["sign"]);
}

function importPublicKey(privateKeyPem: string) {
  const der = createPublicKey(privateKeyPem).export({ type: "spki", format: "der" });
  return webcrypto.subtle.importKey("spki", der, algorithmOf(privateKeyPem), true, ["verify"]);
}

function distinguishedName({ commonName, organization }: CertificateSpec["subject"]) {
  return [
    ...(organization === undefined ? [] : [{ O: [organization] }]),
    ...(commonName === undefined ? [] : [{ CN: [commonName] }]),
  ];
}

function usageExtensions(x509: X509Module, { isCa, uses }: CertificateSpec) {
  const { keyCertSign, cRLSign, digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const flags: Readonly<Record<string, number>> = {
    cert_signing: keyCertSign,
    crl_signing: cRLSign,
    digital_signature: digitalSignature,
    key_encipherment: keyEncipherment,
  };
  const extendedIds: Readonly<Record<string, string>> = {
    server_auth: x509.ExtendedKeyUsage.serverAuth,
    client_auth: x509.ExtendedKeyUsage.clientAuth,
  };
  const unknown = uses.find((use) => flags[use] === undefined && extendedIds[use] === undefined);
  if (unknown !== undefined) throw new Error(`The key usage ${unknown} is not supported.`);
  const extended = uses.flatMap((use) => extendedIds[use] ?? []);
  return [
    // A CA here signs servers, never another CA.
    new x509.BasicConstraintsExtension(isCa, isCa ? 0 : undefined, true),
    new x509.KeyUsagesExtension(
      uses.reduce((sum, use) => sum | (flags[use] ?? 0), 0),
      true,
    ),
    ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
  ];
}

function nameExtensions(x509: X509Module, { dnsNames, ipAddresses = [] }: CertificateSpec) {
  if (dnsNames.length + ipAddresses.length === 0) return [];
  return [
    new x509.SubjectAlternativeNameExtension([
      ...dnsNames.map((value) => ({ type: "dns" as const, value })),
      ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
    ]),
  ];
}
