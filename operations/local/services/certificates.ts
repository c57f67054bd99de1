import { webcrypto, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

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
  const authority = authorityGood ? await readAuthority(files) : await createAuthority(files, now);
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

interface CertificateAuthority {
  readonly subject: string;
  readonly keys: KeyPair;
}

type KeyPair = Awaited<ReturnType<typeof generateKeys>>;
type CryptoEngine = Parameters<
  typeof import("@peculiar/x509")["X509CertificateGenerator"]["createSelfSigned"]
>[1];

const cryptoEngine = webcrypto as unknown as CryptoEngine;

/** The library requires reflect-metadata when it is loaded. */
async function loadX509() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

function generateKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function createAuthority(files: TlsFiles, now: number): Promise<CertificateAuthority> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const subject = "CN=SpaceTime VR local authority";
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: subject,
      ...validityPeriod(now, CA_VALIDITY_DAYS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    },
    cryptoEngine,
  );
  writeFileAtomically(files.authorityKey, await exportKeyPem(keys));
  writeFileAtomically(files.authority, `${certificate.toString("pem")}\n`, 0o644);
  return { subject, keys };
}

async function readAuthority(files: TlsFiles): Promise<CertificateAuthority> {
  const x509 = await loadX509();
  const certificate = new x509.X509Certificate(readFileSync(files.authority, "utf8"));
  const pem = readFileSync(files.authorityKey, "utf8").replaceAll(/-----[^-]+-----|\s/g, "");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", Buffer.from(pem, "base64"), ALGORITHM, true, [
    "sign",
  ]);
  const publicKey = await webcrypto.subtle.importKey(
    "spki",
    Buffer.from(certificate.publicKey.rawData),
    ALGORITHM,
    true,
    ["verify"],
  );
  return { subject: certificate.subject, keys: { privateKey, publicKey } };
}

async function createLeaf(
  { subject, keys: issuer }: CertificateAuthority,
  names: readonly string[],
  now: number,
) {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: "CN=localhost",
      issuer: subject,
      ...validityPeriod(now, LEAF_VALIDITY_DAYS),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: issuer.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: "dns" as const, value })),
          { type: "ip", value: "127.0.0.1" },
          { type: "ip", value: "::1" },
        ]),
      ],
    },
    cryptoEngine,
  );
  return { certificate: `${certificate.toString("pem")}\n`, key: await exportKeyPem(keys) };
}

/** Valid from one minute ago, because clocks of containers and virtual machines may differ by less than that. */
function validityPeriod(now: number, days: number) {
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + days * DAY_MS) };
}

async function exportKeyPem({ privateKey }: KeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  return [
    "-----BEGIN PRIVATE KEY-----",
    ...(pkcs8.match(/.{1,64}/g) ?? []),
    "-----END PRIVATE KEY-----",
    "",
  ].join("\n");
}
