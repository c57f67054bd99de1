import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Target } from "../target/target.ts";
import { type Endpoint, NoResponseError, tlsServerName } from "./http.ts";

/** Result of a TLS handshake. */
export interface TlsHandshake {
  /** Why the certificate chain is not trusted; absent if it is. */
  readonly untrusted?: string;
  /** Why the certificate does not match the server name; absent if it does. */
  readonly wrongName?: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly protocol: string;
  readonly keyBits: number;
  readonly keyType: string;
}

/** Performs a TLS handshake without sending a token. @throws NoResponseError */
export type InspectTls = (endpoint?: Endpoint, maxVersion?: "TLSv1.1") => Promise<TlsHandshake>;

export function createTlsClient(target: Target, options: { readonly timeoutMs: number }): InspectTls {
  return (endpoint = "gateway", maxVersion) => {
    const url = new URL(endpoint === "server" ? (target.serverUrl ?? target.url) : target.url);
    if (url.protocol !== "https:")
      return Promise.reject(new NoResponseError("the gateway port does not speak TLS"));
    const { promise, resolve, reject } = Promise.withResolvers<TlsHandshake>();
    const socket = connect(
      {
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: Number(url.port === "" ? 443 : url.port),
        // The certificate is evaluated by the checks, so an invalid one must not abort the handshake.
        rejectUnauthorized: false,
        ...tlsServerName(target),
        ...(target.authority === undefined ? {} : { ca: target.authority }),
        // At OpenSSL's default security level the client itself would reject TLS 1.1.
        ...(maxVersion === undefined
          ? {}
          : { minVersion: "TLSv1" as const, maxVersion, ciphers: "DEFAULT@SECLEVEL=0" }),
      },
      () => {
        resolve(handshakeFromSocket(socket, target.serverName));
        socket.destroy();
      },
    );
    socket.setTimeout(options.timeoutMs, () => socket.destroy(new Error("no TLS handshake in time")));
    socket.on("error", (error) => {
      reject(new NoResponseError(`TLS: ${error.message === "" ? errorCode(error) : error.message}`));
    });
    return promise;
  };
}

function handshakeFromSocket(socket: TLSSocket, serverName: string): TlsHandshake {
  const certificate = socket.getPeerCertificate() as PeerCertificate & { bits?: number; asn1Curve?: string };
  const { message } = (checkServerIdentity(serverName, certificate) ?? {}) as { readonly message?: string };
  const { authorizationError: problem } = socket;
  return {
    notBefore: new Date(certificate.valid_from),
    notAfter: new Date(certificate.valid_to),
    protocol: socket.getProtocol() ?? "unknown",
    keyBits: certificate.bits ?? 0,
    keyType: certificate.asn1Curve === undefined ? "RSA" : "EC",
    ...(socket.authorized ? {} : { untrusted: String(problem) }),
    ...(message === undefined ? {} : { wrongName: message }),
  };
}
