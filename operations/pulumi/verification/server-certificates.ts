import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";

const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * The certificate chain of the gateway as PEM; undefined if this machine trusts it. The self-signed certificate of
 * `local` is in no trust store, so it is pinned from the first handshake. No other environment may be trusted like
 * this.
 * @throws Error if there is no handshake.
 */
export function fetchServerCertificates(url: URL): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connect(
    {
      host,
      port: Number(url.port === "" ? 443 : url.port),
      rejectUnauthorized: false,
      // An IP address is not a valid server name (RFC 6066, section 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
    },
    () => {
      resolve(socket.authorized ? undefined : certificateChain(socket.getPeerCertificate(true)).join(""));
      socket.destroy();
    },
  );
  socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => socket.destroy(new Error("no TLS handshake in time")));
  socket.on("error", ({ message }) => reject(new Error(`${url.host} shows no certificate: ${message}`)));
  return promise;
}

function certificateChain(leaf: DetailedPeerCertificate): string[] {
  const found = new Map<string, string>();
  // A root certificate is its own issuer.
  for (let at = leaf; at?.raw !== undefined && !found.has(at.fingerprint256); at = at.issuerCertificate) {
    const lines = at.raw.toString("base64").match(/.{1,64}/g) ?? [];
    const pem = ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
    found.set(at.fingerprint256, pem);
  }
  return [...found.values()];
}
