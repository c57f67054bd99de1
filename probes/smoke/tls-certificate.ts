import { defineCheck, PASS, passIf } from "../check.ts";
import { NoResponseError } from "../client/http.ts";

const DAY_MS = 86_400_000;

/** A certificate that ends sooner was not renewed: renewal begins with a third of the lifetime left. */
const MIN_DAYS_LEFT = 7;

/** NIST SP 800-57 part 1, table 2: 112 bits of security and more. */
const MIN_KEY_BITS = { RSA: 2048, EC: 256 } as const;

export const tlsCertificate = defineCheck({
  suite: "smoke",
  name: "tls-certificate",
  title: "The TLS certificate is trusted, valid and matches the host name; TLS 1.1 is rejected.",
  findings: ["chain", "name", "expiry", "modern"],
  async run({ tls, target }) {
    const facts = await tls();
    const daysLeft = Math.floor((facts.notAfter.getTime() - Date.now()) / DAY_MS);
    const least = facts.keyType === "RSA" ? MIN_KEY_BITS.RSA : MIN_KEY_BITS.EC;
    const isOldSpoken = await tls("entrance", "TLSv1.1").then(
      () => true,
      (error: unknown) => {
        if (error instanceof NoResponseError) return false;
        throw error;
      },
    );
    return {
      findings: {
        chain: passIf(facts.untrusted === undefined, {
          reason: "The certificate chain is not trusted.",
          expected: target.authority === undefined ? "a CA that this machine trusts" : "the CA of --ca-file",
          seen: facts.untrusted ?? "trusted",
          remedy: "Serve the full certificate chain; for a private CA, set --ca-file.",
        }),
        name:
          facts.wrongName === undefined
            ? PASS
            : passIf(false, {
                reason: "The certificate does not match the host name.",
                expected: target.serverName,
                seen: facts.wrongName,
                remedy: "Issue the certificate for the public name (gateway.domain).",
              }),
        expiry: passIf(daysLeft >= MIN_DAYS_LEFT && facts.notBefore.getTime() <= Date.now(), {
          reason:
            daysLeft < 0
              ? "The certificate has expired."
              : "The certificate is close to expiry or not valid yet.",
          expected: `valid for ${MIN_DAYS_LEFT} days and more`,
          seen: `from ${facts.notBefore.toISOString()} to ${facts.notAfter.toISOString()}`,
          remedy:
            "Renew the certificate; with cert-manager, find the cause with: kubectl describe certificate.",
        }),
        modern: passIf(/^TLSv1\.[23]$/.test(facts.protocol) && !isOldSpoken && facts.keyBits >= least, {
          reason: "An old TLS version is accepted, or the key is too short.",
          expected: `only TLS 1.2 or 1.3, and a key of at least ${least} bits`,
          seen: `${facts.protocol}${isOldSpoken ? ", and also TLS 1.1" : ""}, ${facts.keyType} ${facts.keyBits} bits`,
          remedy: "Check ssl_protocols of the gateway and GODOT_TLS_MIN_VERSION.",
        }),
      },
      measured: { days_left: daysLeft, protocol: facts.protocol, key: `${facts.keyType} ${facts.keyBits}` },
    };
  },
});
