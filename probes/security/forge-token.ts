import { createHmac } from "node:crypto";
import { parseJson } from "../../components/shared/parse-json.ts";
import { Secret } from "../secret.ts";

/** The decoded parts of a JWT (RFC 7519). */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The HMAC algorithms of RFC 7518, section 3.2, with their hash. */
const HASHES: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

/** Decodes a JWT without verifying it; undefined if it is not one. */
export function decodeToken(token: Secret): DecodedToken | undefined {
  const [header, claims] = token.reveal().split(".").slice(0, 2).map(decodePart);
  return header === undefined || claims === undefined ? undefined : { header, claims };
}

/** Builds a JWT with any header and claims; without a key, its signature is empty. */
export function forgeToken({ header, claims }: DecodedToken, key?: string): Secret {
  const input = `${encodePart(header)}.${encodePart(claims)}`;
  return new Secret(`${input}.${key === undefined ? "" : sign(input, String(header.alg), key)}`);
}

/** Replaces the claims of a JWT and keeps its signature. */
export function replaceClaims(token: Secret, claims: Readonly<Record<string, unknown>>): Secret {
  const [header = "", , signature = ""] = token.reveal().split(".");
  return new Secret(`${header}.${encodePart(claims)}.${signature}`);
}

function sign(input: string, algorithm: string, key: string): string {
  return createHmac(HASHES[algorithm] ?? "sha256", key)
    .update(input)
    .digest("base64url");
}

function encodePart(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function decodePart(part: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(Buffer.from(part, "base64url").toString("utf8"));
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}
