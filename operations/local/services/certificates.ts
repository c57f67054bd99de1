import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  generatePrivateKey,
  type Issuer,
  issueCertificate,
  validityPeriod,
} from "../../certificates/issue-certificate.ts";
import { makeDirectory, writeFileAtomically } from "../files.ts";

/** The files of the internal CA and of this machine's certificate. */
export interface TlsFiles {
  readonly authority: string;
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** Long enough that the CA does not have to be trusted again during a project. */
const CA_VALIDITY_DAYS = 1825;

/** As short as public certificates will be; it is renewed automatically. */
const LEAF_VALIDITY_DAYS = 90;

/** Renewed in the last third of its lifetime, as in a cluster (components/certificates/certificate-lifetime.ts). */
const RENEWAL_FRACTION = 1 / 3;

export function tlsFiles(directory: string): TlsFiles {
  const at = (name: string): string => join(directory, name);
  return {
    authority: at("ca.crt"),
    authorityKey: at("ca.key"),
    certificate: at("tls.crt"),
    key: at("tls.key"),
  };
}

/** What was created or renewed. */
type Renewal = "nothing" | "certificate" | "authority";

/**
 * Creates the CA and a certificate for `localhost`, `127.0.0.1` and the given name, or renews what expires soon. A
 * new CA always comes with a new certificate.
 */
export async function ensureCertificates(
  directory: string,
  domain: string,
  now = Date.now(),
): Promise<Renewal> {
  makeDirectory(directory);
  const files = tlsFiles(directory);
  const names = [...new Set(["localhost", domain])];
  const authorityGood = isValid(files.authority, files.authorityKey, now);
  if (authorityGood && isValid(files.certificate, files.key, now) && isIssuedFor(files, names))
    return "nothing";
  const authority = authorityGood ? readAuthority(files) : await createAuthority(files, now);
  const { certificate, key } = await createLeaf(authority, names, now);
  // The key is written first: a reader that sees the old certificate with the new key keeps its current pair and
  // retries.
  writeFileAtomically(files.key, key);
  writeFileAtomically(files.certificate, certificate, 0o644);
  return authorityGood ? "certificate" : "authority";
}

function isValid(certificateFile: string, keyFile: string, now: number): boolean {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return false;
  try {
    const { validFrom, validTo } = new X509Certificate(readFileSync(certificateFile));
    const [begin, end] = [Date.parse(validFrom), Date.parse(validTo)];
    // A certificate with a future start date was created before the clock was set back.
    return begin <= now && end - now > (end - begin) * RENEWAL_FRACTION;
  } catch {
    return false;
  }
}

function isIssuedFor({ certificate, authority }: TlsFiles, names: readonly string[]): boolean {
  const leaf = new X509Certificate(readFileSync(certificate));
  const issuer = new X509Certificate(readFileSync(authority));
  return leaf.verify(issuer.publicKey) && names.every((name) => leaf.checkHost(name) !== undefined);
}

function generateKey(): Promise<string> {
  return generatePrivateKey({ kind: "ecdsa", curve: "P-256" });
}

async function createAuthority(files: TlsFiles, now: number): Promise<Issuer> {
  const privateKeyPem = await generateKey();
  const spec = {
    subject: { commonName: "SpaceTime VR local authority" },
    dnsNames: [],
    uses: ["cert_signing", "crl_signing"],
    isCa: true,
    ...validityPeriod(now, CA_VALIDITY_DAYS * DAY_MS),
  };
  const certificatePem = await issueCertificate(spec, privateKeyPem);
  writeFileAtomically(files.authorityKey, privateKeyPem);
  writeFileAtomically(files.authority, certificatePem, 0o644);
  return { certificatePem, privateKeyPem };
}

function readAuthority({ authority, authorityKey }: TlsFiles): Issuer {
  return {
    certificatePem: readFileSync(authority, "utf8"),
    privateKeyPem: readFileSync(authorityKey, "utf8"),
  };
}

async function createLeaf(authority: Issuer, names: readonly string[], now: number) {
  const key = await generateKey();
  const spec = {
    subject: { commonName: "localhost" },
    dnsNames: names,
    ipAddresses: ["127.0.0.1", "::1"],
    uses: ["digital_signature", "server_auth"],
    isCa: false,
    ...validityPeriod(now, LEAF_VALIDITY_DAYS * DAY_MS),
  };
  return { certificate: await issueCertificate(spec, key, authority), key };
}
