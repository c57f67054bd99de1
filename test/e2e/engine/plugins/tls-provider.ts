/** A double of pulumi-tls for tests: real keys and certificates, replaced when an input changes or the renewal is due. */
import "reflect-metadata";
import { createHash, createPrivateKey, createPublicKey, randomUUID, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import {
  checkNames,
  findByType,
  type Properties,
  serveProvider,
  type TestResource,
} from "./provider-server.ts";

const HOUR_MS = 3_600_000;

x509.cryptoProvider.set(webcrypto as never);

const CURVES: Readonly<Record<string, string>> = { P256: "P-256", P384: "P-384", P521: "P-521" };

const KEY_USAGES: Readonly<Record<string, number>> = {
  digital_signature: x509.KeyUsageFlags.digitalSignature,
  key_encipherment: x509.KeyUsageFlags.keyEncipherment,
  cert_signing: x509.KeyUsageFlags.keyCertSign,
  crl_signing: x509.KeyUsageFlags.cRLSign,
};

const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  server_auth: x509.ExtendedKeyUsage.serverAuth,
  client_auth: x509.ExtendedKeyUsage.clientAuth,
};

interface Subject {
  readonly commonName?: string;
  readonly organization?: string;
}

type Algorithm = { readonly name: string; readonly hash: string; readonly namedCurve?: string };

function algorithmOf(pem: string): Algorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
  if (asymmetricKeyType === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const curve = asymmetricKeyDetails?.namedCurve === "secp384r1" ? "P-384" : "P-256";
  return { name: "ECDSA", hash: "SHA-256", namedCurve: curve };
}

async function importKeys(pem: string) {
  const algorithm = algorithmOf(pem);
  const privateDer = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  const publicDer = createPublicKey(pem).export({ type: "spki", format: "der" });
  const { subtle } = webcrypto;
  return {
    algorithm,
    privateKey: await subtle.importKey("pkcs8", privateDer, algorithm, true, ["sign"]),
    publicKey: await subtle.importKey("spki", publicDer, algorithm, true, ["verify"]),
  };
}

const privateKey: TestResource = {
  check: checkNames(["algorithm", "ecdsaCurve", "rsaBits"], ["algorithm"]),
  outputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh", "publicKeyPem"],
  create: async ({ algorithm, ecdsaCurve = "P224", rsaBits = 2048 }) => {
    const parameters =
      algorithm === "RSA"
        ? {
            name: "RSASSA-PKCS1-v1_5",
            hash: "SHA-256",
            modulusLength: Number(rsaBits),
            publicExponent: new Uint8Array([1, 0, 1]),
          }
        : { name: "ECDSA", namedCurve: CURVES[String(ecdsaCurve)] ?? String(ecdsaCurve) };
    const { privateKey: key } = await webcrypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
    const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
    const node = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const pem = node.export({ type: algorithm === "RSA" ? "pkcs1" : "sec1", format: "pem" });
    const publicPem = createPublicKey(node).export({ type: "spki", format: "pem" });
    return {
      id: createHash("sha1").update(publicPem).digest("hex"),
      outputs: {
        privateKeyPem: pem,
        privateKeyPemPkcs8: node.export({ type: "pkcs8", format: "pem" }),
        privateKeyOpenssh: "",
        publicKeyPem: publicPem,
      },
    };
  },
};

function distinguishedName({ commonName, organization }: Subject): x509.JsonName {
  return [
    ...(commonName === undefined ? [] : [{ CN: [commonName] }]),
    ...(organization === undefined ? [] : [{ O: [organization] }]),
  ];
}

const CERTIFICATE_OUTPUTS = ["certPem", "readyForRenewal", "validityStartTime", "validityEndTime"];

function validity(inputs: Properties): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date();
  return {
    notBefore,
    notAfter: new Date(notBefore.getTime() + Number(inputs.validityPeriodHours) * HOUR_MS),
  };
}

function isDue({ earlyRenewalHours = 0, validityEndTime }: Properties): boolean {
  return Date.parse(String(validityEndTime)) - Number(earlyRenewalHours) * HOUR_MS <= Date.now();
}

function usageExtensions(inputs: Properties): x509.Extension[] {
  const uses = inputs.allowedUses as readonly string[];
  const flags = uses.reduce((sum, use) => sum | (KEY_USAGES[use] ?? 0), 0);
  const extended = uses.flatMap((use) => EXTENDED_USAGES[use] ?? []);
  return [
    new x509.BasicConstraintsExtension(inputs.isCaCertificate === true, undefined, true),
    new x509.KeyUsagesExtension(flags, true),
    ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
  ];
}

function namesExtension(dnsNames: unknown): x509.Extension[] {
  const names = (dnsNames ?? []) as readonly string[];
  return names.length === 0
    ? []
    : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))];
}

function certificateOutputs(certificate: x509.X509Certificate): { id: string; outputs: Properties } {
  return {
    id: randomUUID(),
    outputs: {
      certPem: `${certificate.toString("pem")}\n`,
      readyForRenewal: false,
      validityStartTime: certificate.notBefore.toISOString(),
      validityEndTime: certificate.notAfter.toISOString(),
    },
  };
}

const certificateInputs = [
  "allowedUses",
  "earlyRenewalHours",
  "isCaCertificate",
  "setSubjectKeyId",
  "validityPeriodHours",
];

const selfSignedCert: TestResource = {
  check: checkNames(
    [...certificateInputs, "dnsNames", "privateKeyPem", "subject"],
    ["allowedUses", "validityPeriodHours", "privateKeyPem"],
  ),
  outputs: CERTIFICATE_OUTPUTS,
  updatable: ["earlyRenewalHours"],
  isDue,
  create: async (inputs) => {
    const keys = await importKeys(String(inputs.privateKeyPem));
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: distinguishedName((inputs.subject ?? {}) as Subject),
      ...validity(inputs),
      keys: { privateKey: keys.privateKey, publicKey: keys.publicKey },
      signingAlgorithm: keys.algorithm,
      extensions: [
        ...usageExtensions(inputs),
        ...namesExtension(inputs.dnsNames),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return certificateOutputs(certificate);
  },
};

const certRequest: TestResource = {
  check: checkNames(["dnsNames", "ipAddresses", "privateKeyPem", "subject", "uris"], ["privateKeyPem"]),
  outputs: ["certRequestPem", "keyAlgorithm"],
  create: async ({ privateKeyPem, subject, dnsNames }) => {
    const keys = await importKeys(String(privateKeyPem));
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: distinguishedName((subject ?? {}) as Subject),
      keys: { privateKey: keys.privateKey, publicKey: keys.publicKey },
      signingAlgorithm: keys.algorithm,
      extensions: namesExtension(dnsNames),
    });
    const { name } = keys.algorithm;
    return {
      id: randomUUID(),
      outputs: {
        certRequestPem: `${request.toString("pem")}\n`,
        keyAlgorithm: name === "ECDSA" ? name : "RSA",
      },
    };
  },
};

const locallySignedCert: TestResource = {
  check: checkNames(
    [...certificateInputs, "caCertPem", "caPrivateKeyPem", "certRequestPem"],
    ["allowedUses", "caCertPem", "certRequestPem", "validityPeriodHours"],
  ),
  outputs: [...CERTIFICATE_OUTPUTS, "caKeyAlgorithm"],
  updatable: ["earlyRenewalHours"],
  isDue,
  create: async (inputs) => {
    const authority = new x509.X509Certificate(String(inputs.caCertPem));
    const keys = await importKeys(String(inputs.caPrivateKeyPem));
    const request = new x509.Pkcs10CertificateRequest(String(inputs.certRequestPem));
    const names = request.extensions.find(
      (extension) => extension instanceof x509.SubjectAlternativeNameExtension,
    );
    const certificate = await x509.X509CertificateGenerator.create({
      subject: request.subject,
      issuer: authority.subject,
      ...validity(inputs),
      publicKey: request.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: keys.algorithm,
      extensions: [
        ...usageExtensions(inputs),
        ...(names === undefined ? [] : [names]),
        await x509.AuthorityKeyIdentifierExtension.create(authority),
      ],
    });
    const { id, outputs } = certificateOutputs(certificate);
    return { id, outputs: { ...outputs, caKeyAlgorithm: keys.algorithm.name } };
  },
};

await serveProvider({
  name: "tls",
  resource: findByType({
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
  }),
});
