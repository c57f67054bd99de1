import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

/** Amazon Trust Services' own roots and the Starfield one that they are cross-signed by. */
const ROOT_CA_NAMES = [
  "Amazon Root CA 1",
  "Amazon Root CA 2",
  "Amazon Root CA 3",
  "Amazon Root CA 4",
  "Starfield Services Root Certificate Authority - G2",
];

/**
 * The authorities that certificates of ElastiCache come from, as PEM. They are public roots, taken from Node's own list and
 * put in a fixed order, so that another version of Node makes the same text.
 */
export function amazonRootCertificates(): string {
  const byName = new Map(
    rootCertificates.map((pem) => [/^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1], pem] as const),
  );
  return ROOT_CA_NAMES.map((name) => {
    const pem = byName.get(name);
    if (pem === undefined)
      throw new Error(
        `The root certificate "${name}" is not in Node's list of trusted roots (Node ${process.version}).`,
      );
    return `${pem.trim()}\n`;
  }).join("");
}
