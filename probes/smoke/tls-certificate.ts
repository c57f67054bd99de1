import { defineCheck, PASS, passIf } from "../check.ts";
import { NoResponseError } from "../client/http.ts";

const DAY_MS = 86_400_000;

/** Renewal starts when a third of the lifetime is left, so a certificate with fewer days was not renewed. */
const MIN_DAYS_LEFT = 7;

/** Key sizes with at least 112 bits of security (NIST SP 800-57 part 1, table 2). */
const MIN_KEY_BITS = { RSA: 2048, EC: 256 } as const;

export const tlsCertificate = defineCheck({
  suite: "smoke",
  name: "tls-certificate",
  title: "The TLS certificate is trusted, valid and matches the host name; TLS 1.1 is rejected.",
  findings: ["chain", "name", "expiry", "modern"],
  async run({ tls, target }) {
    const handshake = await tls();
    const daysLeft = Math.floor((handshake.notAfter.getTime() - Date.now()) / DAY_MS);
    const minKeyBits = handshake.keyType === "RSA" ? MIN_KEY_BITS.RSA : MIN_KEY_BITS.EC;
    const acceptsTls11 = await tls("gateway", "TLSv1.1").then(
      () => true,
      (error: unknown) => {
        if (error instanceof NoResponseError) return false;
        throw error;
      },
    );
    return {
      findings: {
        chain: passIf(handshake.untrusted === undefined, {
          reason: "The certificate chain is not trusted.",
          expected: target.authority === undefined ? "a CA that this machine trusts" : "the CA of --ca-file",
          seen: handshake.untrusted ?? "trusted",
          remedy: "Serve the full certificate chain; for a private CA, set --ca-file.",
        }),
        name:
          handshake.wrongName === undefined
            ? PASS
            : passIf(false, {
                reason: "The certificate does not match the host name.",
                expected: target.serverName,
                seen: handshake.wrongName,
                remedy: "Issue the certificate for the public name (gateway.domain).",
              }),
        expiry: passIf(daysLeft >= MIN_DAYS_LEFT && handshake.notBefore.getTime() <= Date.now(), {
          reason:
            daysLeft < 0
              ? "The certificate has expired."
              : "The certificate is close to expiry or not valid yet.",
          expected: `valid for at least ${MIN_DAYS_LEFT} days`,
          seen: `from ${handshake.notBefore.toISOString()} to ${handshake.notAfter.toISOString()}`,
          remedy:
            "Renew the certificate; with cert-manager, find the cause with: kubectl describe certificate.",
        }),
        modern: passIf(
          /^TLSv1\.[23]$/.test(handshake.protocol) && !acceptsTls11 && handshake.keyBits >= minKeyBits,
          {
            reason: "An old TLS version is accepted, or the key is too short.",
            expected: `only TLS 1.2 or 1.3, and a key of at least ${minKeyBits} bits`,
            seen: `${handshake.protocol}${acceptsTls11 ? ", and also TLS 1.1" : ""}, ${handshake.keyType} ${handshake.keyBits} bits`,
            remedy: "Check ssl_protocols of the gateway and GODOT_TLS_MIN_VERSION.",
          },
        ),
      },
      measured: {
        days_left: daysLeft,
        protocol: handshake.protocol,
        key: `${handshake.keyType} ${handshake.keyBits}`,
      },
    };
  },
});
