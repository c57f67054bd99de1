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
  title: "The certificate is trusted, carries the name, lasts, and only modern TLS is spoken.",
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
          reason: "The certificate's chain is not trusted.",
          expected:
            target.authority === undefined ? "an authority that this machine trusts" : "the given authority",
          seen: facts.untrusted ?? "trusted",
          remedy: "Serve the whole chain; for an authority of your own name its file with --ca-file.",
        }),
        name:
          facts.wrongName === undefined
            ? PASS
            : passIf(false, {
                reason: "The certificate is not for this name.",
                expected: target.serverName,
                seen: facts.wrongName,
                remedy: "Issue it for the public name (gateway.domain).",
              }),
        expiry: passIf(daysLeft >= MIN_DAYS_LEFT && facts.notBefore.getTime() <= Date.now(), {
          reason:
            daysLeft < 0
              ? "The certificate has expired."
              : "The certificate is close to its end, or not valid yet.",
          expected: `valid for ${MIN_DAYS_LEFT} days and more`,
          seen: `from ${facts.notBefore.toISOString()} to ${facts.notAfter.toISOString()}`,
          remedy: "Renew it; with cert-manager see why it did not: kubectl describe certificate.",
        }),
        modern: passIf(/^TLSv1\.[23]$/.test(facts.protocol) && !isOldSpoken && facts.keyBits >= least, {
          reason: "Old TLS is spoken, or the key is short.",
          expected: `TLS 1.2 or 1.3 alone, a key of ${least} bits and more`,
          seen: `${facts.protocol}${isOldSpoken ? ", and TLS 1.1 as well" : ""}, ${facts.keyType} ${facts.keyBits} bits`,
          remedy: "See ssl_protocols of the gateway and GODOT_TLS_MIN_VERSION.",
        }),
      },
      measured: { days_left: daysLeft, protocol: facts.protocol, key: `${facts.keyType} ${facts.keyBits}` },
    };
  },
});
