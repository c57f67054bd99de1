import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

/** The roots of Amazon Trust Services and the Starfield root that cross-signs them. */
const ROOT_CA_NAMES = [
  "Amazon Root CA 1",
  "Amazon Root CA 2",
  "Amazon Root CA 3",
  "Amazon Root CA 4",
  "Starfield Services Root Certificate Authority - G2",
];

/**
 * The root CAs of ElastiCache certificates as PEM. They are public roots from Node's built-in list, in a fixed order, so that
 * another version of Node returns the same text.
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
