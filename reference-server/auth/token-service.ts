import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Settings } from "../settings/settings.ts";
import { isRole, parseRole, type Role } from "./roles.ts";

/** The purpose of a token. A token is valid for its own purpose only. */
type TokenUse = "access" | "refresh" | "hand-over";

/** The identity in a verified access or refresh token. */
interface Identity {
  readonly subject: string;
  readonly role: Role;
  readonly tokenId: string;
}

/** The claims of a hand-over token, which moves a session to another server and can be used once. */
interface SessionHandOver {
  readonly session: string;
  readonly player: string;
  readonly name: string;
  readonly position: readonly [number, number, number];
  readonly tokenId: string;
  readonly expires: number;
}

/** The token pair that POST /auth/token returns; lifetimes in seconds. */
interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_expires_in: number;
  readonly role: Role;
}

type AccessSettings = Settings["access"];

/** Allowed clock difference between two servers, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Signs and verifies JWTs (RFC 7519) with one key, bound to issuer, audience and purpose. */
export class TokenService {
  readonly #access: AccessSettings;
  readonly #key: Uint8Array;
  readonly #handOverTtlSeconds: number;

  /** Without a signing key, which is allowed only when JWT is disabled, tokens are valid for this process only. */
  constructor(access: AccessSettings, handOverTtlSeconds: number) {
    this.#access = access;
    this.#key = new TextEncoder().encode(access.signingKey ?? randomUUID() + randomUUID());
    this.#handOverTtlSeconds = handOverTtlSeconds;
  }

  async issue(subject: string, role: Role): Promise<TokenPair> {
    const { accessTtlSeconds, refreshTtlSeconds } = this.#access;
    return {
      access_token: await this.#sign("access", subject, accessTtlSeconds, { role }),
      refresh_token: await this.#sign("refresh", subject, refreshTtlSeconds, { role }),
      token_type: "Bearer",
      expires_in: accessTtlSeconds,
      refresh_expires_in: refreshTtlSeconds,
      role,
    };
  }

  /** @returns undefined when the token is expired, for another environment or for another purpose. */
  async verify(token: string, use: "access" | "refresh"): Promise<Identity | undefined> {
    const claims = await this.#verify(token, use);
    if (claims?.sub === undefined) return undefined;
    const role = isRole(claims.role) ? claims.role : parseRole(this.#access.defaultRole);
    return { subject: claims.sub, role, tokenId: claims.jti ?? "" };
  }

  /** Issues a token with which any server that shares the key can resume the session. */
  issueHandOver(session: Omit<SessionHandOver, "tokenId" | "expires">): Promise<string> {
    const { player, ...claims } = session;
    return this.#sign("hand-over", player, this.#handOverTtlSeconds, claims);
  }

  async verifyHandOver(token: string): Promise<SessionHandOver | undefined> {
    const claims = await this.#verify(token, "hand-over");
    if (claims?.sub === undefined || claims.jti === undefined || claims.exp === undefined) return undefined;
    const { session, name, position } = claims as unknown as SessionHandOver;
    return { session, name, position, player: claims.sub, tokenId: claims.jti, expires: claims.exp };
  }

  #sign(
    use: TokenUse,
    subject: string,
    seconds: number,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ ...claims, use })
      .setProtectedHeader({ alg: this.#access.algorithm, typ: "JWT" })
      .setSubject(subject)
      .setIssuer(this.#access.issuer)
      .setAudience(this.#access.audience)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(this.#key);
  }

  async #verify(token: string, use: TokenUse) {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [this.#access.algorithm],
        issuer: this.#access.issuer,
        audience: this.#access.audience,
        requiredClaims: ["sub", "exp"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      // A token that another issuer signed with the same key may omit `use`; it counts as an access token.
      return (payload.use ?? "access") === use ? payload : undefined;
    } catch {
      return undefined;
    }
  }
}
