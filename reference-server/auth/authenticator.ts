import { createHash, timingSafeEqual } from "node:crypto";
import type { Settings } from "../settings/settings.ts";
import type { Principal } from "./roles.ts";
import type { TokenService } from "./token-service.ts";

/** Why authentication failed: no credential, or an invalid one. */
export type AuthFailure = "missing" | "invalid";

const ANONYMOUS_ADMIN: Principal = { subject: "anonymous", role: "admin", via: "open" };

/** Compares digests in constant time, so that the response time leaks neither length nor prefix of the secret. */
function isSameSecret(given: string, expected: string | undefined): boolean {
  if (expected === undefined) return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The bearer token of an Authorization header, or undefined. */
export function parseBearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}

/** Authenticates clients by the service token, the scrape token or a JWT. */
export class Authenticator {
  readonly #tokens: TokenService;
  readonly #access: Settings["access"];
  readonly #scrapeToken: string | undefined;
  readonly #open: boolean;

  constructor(tokens: TokenService, settings: Settings, options: { readonly open: boolean }) {
    this.#tokens = tokens;
    this.#access = settings.access;
    this.#scrapeToken = settings.monitoring.scrapeToken;
    this.#open = options.open || !settings.access.jwtEnabled;
  }

  /** Whether requests are accepted without a token. */
  get isAuthDisabled(): boolean {
    return this.#open;
  }

  async authenticate(header: string | undefined): Promise<Principal | AuthFailure> {
    const token = parseBearerToken(header);
    const found = token === undefined ? undefined : await this.#authenticateToken(token);
    if (found !== undefined) return found;
    if (this.#open) return ANONYMOUS_ADMIN;
    return header === undefined ? "missing" : "invalid";
  }

  async #authenticateToken(token: string): Promise<Principal | undefined> {
    if (isSameSecret(token, this.#access.apiToken))
      return { subject: "service", role: "admin", via: "api-token" };
    if (isSameSecret(token, this.#scrapeToken))
      return { subject: "prometheus", role: "observer", via: "scrape-token" };
    const identity = await this.#tokens.verify(token, "access");
    return identity === undefined ? undefined : { ...identity, via: "jwt" };
  }
}
