import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import {
  type CheckResult,
  defineCheck,
  notApplicable,
  passIf,
  sameVerdictForAll,
  type Verdict,
} from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse } from "../contract.ts";
import type { Secret } from "../secret.ts";
import { type DecodedToken, decodeToken, forgeToken, replaceClaims } from "./forge-token.ts";

const FINDINGS = [
  "unsigned",
  "confused-algorithm",
  "foreign-key",
  "modified",
  "expired",
  "wrong-issuer",
] as const;
type Finding = (typeof FINDINGS)[number];

/** Keys that a server must never accept: empty, well known, or the token of another purpose. */
const FOREIGN_KEY = "secret";

/** Longer than any permitted clock difference. */
const EXPIRED_SINCE_SECONDS = 3600;

/** The forgeries that need no key. The set is small, because intrusion detection blocks an address after ten failures. */
function forgeriesWithoutKey(token: Secret, { header, claims }: DecodedToken): readonly [Finding, Secret][] {
  const asAdmin = { ...claims, role: "admin" };
  return [
    ["unsigned", forgeToken({ header: { ...header, alg: "none" }, claims: asAdmin })],
    // A server that selects the algorithm by the header verifies this as an HMAC with an empty or public key.
    ["confused-algorithm", forgeToken({ header: { ...header, alg: "RS256" }, claims: asAdmin }, "")],
    ["foreign-key", forgeToken({ header, claims: asAdmin }, FOREIGN_KEY)],
    ["modified", replaceClaims(token, asAdmin)],
  ];
}

/** Forgeries that only differ in one claim, so they need the real key. */
function forgeriesWithKey({ header, claims }: DecodedToken, key: string): readonly [Finding, Secret][] {
  const past = Math.floor(Date.now() / 1000) - EXPIRED_SINCE_SECONDS;
  return [
    ["expired", forgeToken({ header, claims: { ...claims, iat: past - 60, exp: past } }, key)],
    ["wrong-issuer", forgeToken({ header, claims: { ...claims, iss: "https://issuer.invalid" } }, key)],
  ];
}

async function rejectedVerdict({ http }: CheckContext, finding: Finding, token: Secret): Promise<Verdict> {
  const reply = await http("/performance", { auth: token });
  return passIf(reply.status === 401, {
    reason: `A forged token is accepted (${finding}).`,
    expected: "401",
    seen: describeResponse(reply),
    remedy:
      "Verify the signature with the configured algorithm only, and check expiry, issuer and audience (RFC 8725).",
  });
}

/** The signing key of the local deployment, which this user can read; other environments keep it in the cluster. */
function readSigningKey({ target }: CheckContext): string | undefined {
  if (target.local === undefined) return undefined;
  try {
    return readFileSync(join(target.local.stateDirectory, "secrets", "jwt-signing-key"), "utf8").trim();
  } catch {
    return undefined;
  }
}

export const forgedTokens = defineCheck({
  suite: "security",
  name: "forged-tokens",
  title: "Forged, modified and expired tokens are rejected with 401.",
  findings: FINDINGS,
  async run(context): Promise<CheckResult<Finding>> {
    const all = (verdict: Verdict) => ({
      findings: sameVerdictForAll(FINDINGS, verdict) as CheckResult<Finding>["findings"],
    });
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return all(missing);
    const { token, reply } = await mintToken(context, "observer");
    const decoded = token === undefined ? undefined : decodeToken(token);
    if (token === undefined || decoded === undefined) return all(mintFailedVerdict(reply));
    // Otherwise a server that rejects every token would pass.
    const genuine = await context.http("/performance", { auth: token });
    if (genuine.status !== 200) return all(mintFailedVerdict(genuine));
    const key = readSigningKey(context);
    const forged = [
      ...forgeriesWithoutKey(token, decoded),
      ...(key === undefined ? [] : forgeriesWithKey(decoded, key)),
    ];
    const verdicts = await Promise.all(
      forged.map(async ([finding, one]) => [finding, await rejectedVerdict(context, finding, one)] as const),
    );
    const skipped = notApplicable("a token with a valid signature can be forged only with the signing key");
    return {
      findings: { ...all(skipped).findings, ...Object.fromEntries(verdicts) },
      measured: { forged: forged.length },
    };
  },
});
