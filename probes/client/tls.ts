import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Target } from "../target/target.ts";
import { NoResponseError, tlsServerName } from "./http.ts";

/** What a listener's TLS handshake shows. */
export interface TlsHandshake {
  /** Why the chain is not trusted; absent when it is. */
  readonly untrusted?: string;
  /** Why the name does not fit; absent when it does. */
  readonly wrongName?: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly protocol: string;
  readonly keyBits: number;
  readonly keyType: string;
}

/** Looks at a listener's certificate; no token travels on this connection. @throws Unanswered */
export type InspectTls = (at?: "entrance" | "server", maximum?: "TLSv1.1") => Promise<TlsHandshake>;

export function createTlsClient(target: Target, options: { readonly timeoutMs: number }): InspectTls {
  return (at = "entrance", maximum) => {
    const url = new URL(at === "server" ? (target.serverUrl ?? target.url) : target.url);
    if (url.protocol !== "https:")
      return Promise.reject(new NoResponseError("the gateway port does not speak TLS"));
    const { promise, resolve, reject } = Promise.withResolvers<TlsHandshake>();
    const socket = connect(
      {
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: Number(url.port === "" ? 443 : url.port),
        // The certificate is what is judged, so a bad one must not end the connection.
        rejectUnauthorized: false,
        ...tlsServerName(target),
        ...(target.authority === undefined ? {} : { ca: target.authority }),
        // Without the lowest level this side would refuse before the other one could.
        ...(maximum === undefined
          ? {}
          : { minVersion: "TLSv1" as const, maxVersion: maximum, ciphers: "DEFAULT@SECLEVEL=0" }),
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
