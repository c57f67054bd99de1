import { webcrypto, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory, writeWhole } from "./files.ts";

/** The files of the internal authority and of the certificate for this machine. */
export interface TlsFiles {
  readonly authority: string;
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** Long enough that nobody has to trust a new one within a project's life. */
const AUTHORITY_DAYS = 1825;

/** As short as a public certificate will soon be; it is renewed by itself. */
const LEAF_DAYS = 90;

/** Renewed in the last third of its life, as in a cluster (components/certificates/validity.ts). */
const RENEW_IN_LAST = 1 / 3;

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

/** What was made anew. */
export type Renewal = "nothing" | "certificate" | "authority";

/**
 * Makes the authority and its certificate for `localhost`, `127.0.0.1` and the given name, or renews what ends soon. A new
 * authority always comes with a new certificate.
 */
export async function ensureCertificates(
  directory: string,
  domain: string,
  now = Date.now(),
): Promise<Renewal> {
  makeDirectory(directory);
  const files = tlsFiles(directory);
  const names = [...new Set(["localhost", domain])];
  const authorityGood = isGood(files.authority, files.authorityKey, now);
  if (authorityGood && isGood(files.certificate, files.key, now) && isFor(files, names)) return "nothing";
  const authority = authorityGood ? await readAuthority(files) : await makeAuthority(files, now);
  const { certificate, key } = await makeLeaf(authority, names, now);
  // The key first: a reader that sees an old certificate with the new key keeps what it has and looks again.
  writeWhole(files.key, key);
  writeWhole(files.certificate, certificate, 0o644);
  return authorityGood ? "certificate" : "authority";
}

function isGood(certificateFile: string, keyFile: string, now: number): boolean {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return false;
  try {
    const { validFrom, validTo } = new X509Certificate(readFileSync(certificateFile));
    const [begin, end] = [Date.parse(validFrom), Date.parse(validTo)];
    // One that begins later was made before the clock was set back.
    return begin <= now && end - now > (end - begin) * RENEW_IN_LAST;
  } catch {
    return false;
  }
}

function isFor({ certificate, authority }: TlsFiles, names: readonly string[]): boolean {
  const leaf = new X509Certificate(readFileSync(certificate));
  const issuer = new X509Certificate(readFileSync(authority));
  return leaf.verify(issuer.publicKey) && names.every((name) => leaf.checkHost(name) !== undefined);
}

interface Authority {
  readonly subject: string;
  readonly keys: CryptoKeyPairOf;
}

type CryptoKeyPairOf = Awaited<ReturnType<typeof makeKeys>>;
type CryptoEngine = Parameters<
  typeof import("@peculiar/x509")["X509CertificateGenerator"]["createSelfSigned"]
>[1];

const engine = webcrypto as unknown as CryptoEngine;

/** The library decorates its classes when it is loaded. */
async function library() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

function makeKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function makeAuthority(files: TlsFiles, now: number): Promise<Authority> {
  const x509 = await library();
  const keys = await makeKeys();
  const subject = "CN=SpaceTime VR local authority";
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: subject,
      ...span(now, AUTHORITY_DAYS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    },
    engine,
  );
  writeWhole(files.authorityKey, await keyPem(keys));
  writeWhole(files.authority, `${certificate.toString("pem")}\n`, 0o644);
  return { subject, keys };
}

async function readAuthority(files: TlsFiles): Promise<Authority> {
  const x509 = await library();
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

async function makeLeaf({ subject, keys: issuer }: Authority, names: readonly string[], now: number) {
  const x509 = await library();
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: "CN=localhost",
      issuer: subject,
      ...span(now, LEAF_DAYS),
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
    engine,
  );
  return { certificate: `${certificate.toString("pem")}\n`, key: await keyPem(keys) };
}

/** A minute of the past: clocks of containers and virtual machines on one laptop differ by less. */
function span(now: number, days: number) {
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + days * DAY_MS) };
}

async function keyPem({ privateKey }: CryptoKeyPairOf): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  return [
    "-----BEGIN PRIVATE KEY-----",
    ...(pkcs8.match(/.{1,64}/g) ?? []),
    "-----END PRIVATE KEY-----",
    "",
  ].join("\n");
}
