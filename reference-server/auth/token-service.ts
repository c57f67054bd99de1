import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Settings } from "../settings/settings.ts";
import { isRole, parseRole, type Role } from "./roles.ts";

/** What a token is for; one kind is never accepted as another. */
type TokenUse = "access" | "refresh" | "hand-over";

/** A checked access or refresh token. */
export interface Identity {
  readonly subject: string;
  readonly role: Role;
  readonly tokenId: string;
}

/** A session on its way from one server to another; the token that carries it works once. */
export interface SessionHandOver {
  readonly session: string;
  readonly player: string;
  readonly name: string;
  readonly position: readonly [number, number, number];
  readonly tokenId: string;
  readonly expires: number;
}

/** A pair as POST /auth/token answers it; lifetimes in seconds. */
export interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_expires_in: number;
  readonly role: Role;
}

type AccessSettings = Settings["access"];

/** Clocks of two servers may differ by this many seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Signs and checks the players' tokens: JWT (RFC 7519) under one key, with issuer, audience and purpose. */
export class TokenService {
  readonly #access: AccessSettings;
  readonly #key: Uint8Array;
  readonly #handOverTtlSeconds: number;

  /** Without a signing key (only where no token is demanded) tokens are valid for this process alone. */
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

  /** @returns undefined for every token that is not valid now, for this environment and for this use. */
  async verify(token: string, use: "access" | "refresh"): Promise<Identity | undefined> {
    const claims = await this.#verify(token, use);
    if (claims?.sub === undefined) return undefined;
    const role = isRole(claims.role) ? claims.role : parseRole(this.#access.defaultRole);
    return { subject: claims.sub, role, tokenId: claims.jti ?? "" };
  }

  /** A token with which any server that shares the key takes the session over. */
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
      // A token that another issuer signed with our key may leave `use` out: then it is an access token.
      return (payload.use ?? "access") === use ? payload : undefined;
    } catch {
      return undefined;
    }
  }
}
