import { createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import { z } from "zod";
import {
  generatePrivateKey,
  type Issuer,
  issueCertificate,
  type KeySpec,
  validityPeriod,
} from "../certificates/issue-certificate.ts";
import { type Generator, parseReference } from "./reference-index.ts";

const HOUR_MS = 3_600_000;

/** The stored text of another generator: a key or a certificate. */
export type StoredText = (generator: string) => string;

const randomInputs = z.object({ length: z.int().min(16) });
const keyInputs = z.discriminatedUnion("algorithm", [
  z.object({ algorithm: z.literal("ECDSA"), ecdsaCurve: z.enum(["P256", "P384"]) }),
  z.object({ algorithm: z.literal("RSA"), rsaBits: z.int().min(2048) }),
]);
const subject = z.object({ commonName: z.string().optional(), organization: z.string().optional() });
const certificateInputs = z.object({
  allowedUses: z.array(z.string()),
  validityPeriodHours: z.number().positive(),
  earlyRenewalHours: z.number().nonnegative().default(0),
  isCaCertificate: z.boolean().default(false),
});
const selfSignedInputs = certificateInputs.extend({
  privateKeyPem: z.string(),
  subject,
  dnsNames: z.array(z.string()).default([]),
});
const requestInputs = z.object({ privateKeyPem: z.string(), subject, dnsNames: z.array(z.string()) });
const signedInputs = certificateInputs.extend({
  caCertPem: z.string(),
  caPrivateKeyPem: z.string(),
  certRequestPem: z.string(),
});

/** What a generator stores: 32 random bytes, a private key or a certificate. A request is an intermediate step. */
export type ValueKind = "random" | "key" | "certificate" | "request";

const KINDS: Readonly<Record<string, ValueKind>> = {
  "random:index/randomBytes:RandomBytes": "random",
  "tls:index/privateKey:PrivateKey": "key",
  "tls:index/selfSignedCert:SelfSignedCert": "certificate",
  "tls:index/locallySignedCert:LocallySignedCert": "certificate",
  "tls:index/certRequest:CertRequest": "request",
};

/** The kind of a generator's value. @throws Error for a type that this code does not know. */
export function valueKind({ name, type }: Pick<Generator, "name" | "type">): ValueKind {
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`No value can be generated for ${name}: its type is ${type}.`);
  return kind;
}

/** The encoding in which random bytes are stored and used. */
export type RandomEncoding = "base64" | "hex";

/** Generates the value of a generator as the text to store. */
export async function generateValue(
  generators: ReadonlyMap<string, Generator>,
  generator: Generator,
  options: { readonly encoding: RandomEncoding; readonly stored: StoredText; readonly now: number },
): Promise<string> {
  const { encoding, stored, now } = options;
  switch (valueKind(generator)) {
    case "random":
      return randomBytes(randomInputs.parse(generator.inputs).length).toString(encoding);
    case "key":
      return generatePrivateKey(keySpec(generator));
    case "certificate":
      return generator.type.includes("LocallySignedCert")
        ? signCertificate(generators, generator, stored, now)
        : selfSignCertificate(generator, stored, now);
    case "request":
      throw new Error(`${generator.name} is a request, which is not stored.`);
  }
}

function keySpec({ inputs }: Generator): KeySpec {
  const parsed = keyInputs.parse(inputs);
  return parsed.algorithm === "RSA"
    ? { kind: "rsa", bits: parsed.rsaBits }
    : { kind: "ecdsa", curve: parsed.ecdsaCurve === "P256" ? "P-256" : "P-384" };
}

function selfSignCertificate({ inputs }: Generator, stored: StoredText, now: number): Promise<string> {
  const { privateKeyPem, ...parsed } = selfSignedInputs.parse(inputs);
  return issueCertificate(certificateSpec(parsed, parsed, now), stored(referencedGenerator(privateKeyPem)));
}

function signCertificate(
  generators: ReadonlyMap<string, Generator>,
  { inputs }: Generator,
  stored: StoredText,
  now: number,
): Promise<string> {
  const parsed = signedInputs.parse(inputs);
  const request = requestInputs.parse(generators.get(referencedGenerator(parsed.certRequestPem))?.inputs);
  const issuer: Issuer = {
    certificatePem: stored(referencedGenerator(parsed.caCertPem)),
    privateKeyPem: stored(referencedGenerator(parsed.caPrivateKeyPem)),
  };
  const key = stored(referencedGenerator(request.privateKeyPem));
  return issueCertificate(certificateSpec(parsed, request, now), key, issuer);
}

function certificateSpec(
  { allowedUses, isCaCertificate, validityPeriodHours }: z.infer<typeof certificateInputs>,
  names: Pick<z.infer<typeof requestInputs>, "subject" | "dnsNames">,
  now: number,
) {
  return {
    subject: names.subject,
    dnsNames: names.dnsNames,
    uses: allowedUses,
    isCa: isCaCertificate,
    ...validityPeriod(now, validityPeriodHours * HOUR_MS),
  };
}

function referencedGenerator(reference: string): string {
  const parsed = parseReference(reference);
  if (parsed?.kind !== "generated") throw new Error(`${reference} is not the output of a generator.`);
  return parsed.generator;
}

/** Whether a certificate is so old that it should be renewed now. */
export function isRenewalDue({ inputs }: Generator, certificatePem: string, now: number): boolean {
  const { earlyRenewalHours } = certificateInputs.parse(inputs);
  return Date.parse(new X509Certificate(certificatePem).validTo) - earlyRenewalHours * HOUR_MS <= now;
}

/** The output of a generator from its stored text. */
export function outputOf(generator: Generator, output: string, text: string): string {
  switch (`${valueKind(generator)} ${output}`) {
    case "random base64":
    case "random hex":
    case "key privateKeyPem":
    case "key privateKeyPemPkcs8":
    case "certificate certPem":
      return text;
    case "key publicKeyPem":
      return createPublicKey(text).export({ type: "spki", format: "pem" }).toString();
    default:
      throw new Error(`${generator.name} has no output ${output}.`);
  }
}
