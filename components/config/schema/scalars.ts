import { X509Certificate } from "node:crypto";
import { z } from "zod";

/** A DNS host name or subdomain, lower case, at most 253 characters (RFC 1123). */
export const hostname = z
  .string()
  .max(253, "must be at most 253 characters")
  .regex(
    /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/,
    'must be a lower-case host name such as "play.spacetime-vr.com"',
  );

/** A Kubernetes object name part (DNS label), limited to 30 characters so that suffixes fit within 63. */
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
    "must be 1 to 30 lower-case letters, digits or dashes, starting with a letter",
  );

/** An integer within bounds; every violation has the same message. */
export function integerBetween(minimum: number, maximum: number, noun = "a whole number") {
  const message = `must be ${noun} from ${minimum} to ${maximum}`;
  return z.int(message).min(minimum, message).max(maximum, message);
}

/** A TCP or UDP port. */
export const port = integerBetween(1, 65535, "a port");

/** A port that Kubernetes accepts as a NodePort with its default range. */
export const nodePort = integerBetween(30000, 32767, "a node port");

/** A Kubernetes memory or storage quantity with a binary suffix, such as "512Mi". */
export const byteQuantity = z
  .string()
  .regex(/^[1-9][0-9]{0,6}(Ki|Mi|Gi|Ti)$/, 'must be a size with a binary suffix such as "512Mi" or "20Gi"');

/** A Kubernetes CPU quantity: whole cores or millicores, such as "2" or "500m". */
export const cpuQuantity = z
  .string()
  .regex(
    /^([1-9][0-9]{0,2}|[1-9][0-9]{0,5}m)$/,
    'must be CPU cores such as "2" or millicores such as "500m"',
  );

/** An image pinned by digest: a tag can be moved to another image, a digest cannot. */
export const imageByDigest = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+(:[A-Za-z0-9._-]+)?@sha256:[0-9a-f]{64}$/,
    'must be an image pinned by digest such as "registry/name@sha256:<64 hex digits>"',
  );

/** An IPv4 network in CIDR notation without host bits, which would be a typo that Kubernetes only warns about. */
export const cidr = z
  .cidrv4('must be an IPv4 network such as "10.20.0.0/16"')
  .refine(isNetworkAddress, 'must be the first address of its network, such as "10.20.0.0/16"');

function isNetworkAddress(text: string): boolean {
  const [address = "", prefix = "0"] = text.split("/");
  const bits = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return bits % 2 ** (32 - Number(prefix)) === 0;
}

/** An e-mail address. */
export const email = z.email("must be an e-mail address");

/** The name of a Kubernetes annotation: an optional DNS prefix, a slash, at most 63 characters. */
export const annotationName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    'must be an annotation name such as "service.beta.kubernetes.io/aws-load-balancer-scheme"',
  )
  .refine(
    (name) => !name.endsWith("-snippet"),
    "must not end in -snippet: snippet annotations inject configuration into the controller's proxy",
  )
  .refine(
    (name) => name !== "kubernetes.io/ingress.class",
    "must not select a controller: set className of the exposure instead",
  )
  .refine(
    (name) => !name.startsWith("pulumi.com/"),
    "must not start with pulumi.com/: such annotations change how Pulumi waits for and replaces resources",
  )
  .refine(
    (name) => !looksLikeSecretName(name.slice(name.lastIndexOf("/") + 1)),
    "must not contain a secret: annotations are stored in plaintext",
  );

/** Whether a name suggests that its value is a secret. */
export function looksLikeSecretName(name: string): boolean {
  return (
    /token|passw(or)?d|secret|credential|([^a-z]|api)keys?(?![a-z])/i.test(name) ||
    /[a-z]Keys?(?![a-z])/.test(name)
  );
}

/** One line without control, formatting or line-breaking characters, safe to print to a terminal. */
export const singleLineText = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "must be one line of printable characters");

/** A Postgres identifier that needs no quotes. */
export const postgresName = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_]{0,62}$/,
    "must be 1 to 63 lower-case letters, digits or underscores, not starting with a digit",
  );

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** One or more PEM certificates and nothing else. */
export const pemCertificates = z
  .string()
  .refine(isPemCertificates, "must contain only valid PEM certificates (no private key)");

function isPemCertificates(text: string): boolean {
  const blocks = text.match(PEM_CERTIFICATE) ?? [];
  if (blocks.length === 0 || text.replaceAll(PEM_CERTIFICATE, "").trim() !== "") return false;
  try {
    for (const block of blocks) new X509Certificate(block);
    return true;
  } catch {
    return false;
  }
}
