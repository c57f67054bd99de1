import { createHash, timingSafeEqual } from "node:crypto";
import type { Settings } from "../settings/settings.ts";
import type { Principal } from "./roles.ts";
import type { TokenService } from "./token-service.ts";

/** Why nobody was recognised: no credential, or one that is not valid. */
export type AuthFailure = "missing" | "invalid";

const ANONYMOUS_ADMIN: Principal = { subject: "anonymous", role: "admin", via: "open" };

/** Hashes first, so that neither the time nor the length tells how much was right. */
function isSameSecret(given: string, expected: string | undefined): boolean {
  if (expected === undefined) return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The bearer token of an Authorization header; undefined when there is none. */
export function parseBearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}

/** Recognises callers by the service token, the scrape token or a JWT. */
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

  /** Whether every request passes, with or without a token. */
  get isAuthDisabled(): boolean {
    return this.#open;
  }

  async authenticate(header: string | undefined): Promise<Principal | AuthFailure> {
    const token = parseBearerToken(header);
    const found = token === undefined ? undefined : await this.#byToken(token);
    if (found !== undefined) return found;
    if (this.#open) return ANONYMOUS_ADMIN;
    return header === undefined ? "missing" : "invalid";
  }

  async #byToken(token: string): Promise<Principal | undefined> {
    if (isSameSecret(token, this.#access.apiToken))
      return { subject: "service", role: "admin", via: "api-token" };
    if (isSameSecret(token, this.#scrapeToken))
      return { subject: "prometheus", role: "observer", via: "scrape-token" };
    const identity = await this.#tokens.verify(token, "access");
    return identity === undefined ? undefined : { ...identity, via: "jwt" };
  }
}
