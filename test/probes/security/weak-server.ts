import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseJson } from "../../../components/shared/parse-json.ts";

/** What a weak server does wrong. */
export const WEAKNESSES = [
  "accepts-unsigned",
  "trusts-header-algorithm",
  "accepts-foreign-key",
  "ignores-signature",
  "ignores-expiry",
  "ignores-issuer",
  "ignores-roles",
  "players-issue-tokens",
  "normalizes-after-authorization",
  "decodes-twice",
  "accepts-any-size",
  "overflows-on-nesting",
  "accepts-any-body",
  "trusts-forwarded-for",
  "has-no-limits",
  "loads-any-scene",
] as const;
export type Weakness = (typeof WEAKNESSES)[number];

export const SERVICE_TOKEN = "weak-server-service-token";
export const SIGNING_KEY = "weak-server-signing-key-of-32-bytes!";

const ISSUER = "weak-server";
const LIMIT = 12;
const MAX_BODY = 2 ** 20;

interface Claims {
  readonly role?: string;
  readonly exp?: number;
  readonly iss?: string;
}

/** A server with the routes that the security suite attacks; correct except for its weaknesses. */
class WeakServer {
  readonly #weak: ReadonlySet<Weakness>;
  readonly #counts = new Map<string, number>();
  #scene = "res://vr_main.tscn";

  constructor(weaknesses: readonly Weakness[]) {
    this.#weak = new Set(weaknesses);
  }

  async respond(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const rawPath = request.url ?? "/";
    const path = this.#routePath(rawPath);
    if (path === "/health") return [200, { status: "ok" }];
    const role = this.#roleOf(request.headers.authorization);
    const isPublic = this.#weak.has("normalizes-after-authorization") && rawPath.startsWith("/health");
    if (role === undefined && !isPublic && !this.#weak.has("decodes-twice"))
      return [401, error("unauthorized")];
    if (role === undefined && path !== "/players") return [401, error("unauthorized")];
    return this.#route(request, path, role ?? "observer", body);
  }

  #routePath(raw: string): string {
    let path = raw;
    if (this.#weak.has("decodes-twice")) path = safeDecode(safeDecode(path));
    const canNormalize = this.#weak.has("normalizes-after-authorization") || this.#weak.has("decodes-twice");
    return canNormalize ? new URL(path.replaceAll("\0", ""), "http://server").pathname : path;
  }

  #route(request: IncomingMessage, path: string, role: string, body: Buffer): readonly [number, unknown] {
    const mayOperate = role === "service" || this.#weak.has("ignores-roles");
    switch (`${request.method} ${path}`) {
      case "GET /performance":
        return [200, { fps: 90 }];
      case "GET /players":
        return [200, { players: [] }];
      case "GET /drain":
        return mayOperate ? [200, { draining: false }] : [403, error("forbidden")];
      case "GET /scene":
        return this.#isLimited(request)
          ? [429, error("limited")]
          : [200, { scene: this.#scene, loaded_at: new Date().toISOString(), whitelist: [] }];
      case "POST /scene":
        return mayOperate ? this.#loadScene(body) : [403, error("forbidden")];
      case "POST /auth/token":
        return mayOperate || this.#weak.has("players-issue-tokens")
          ? this.#issueToken(body)
          : [403, error("forbidden")];
      default:
        return [404, error("not_found")];
    }
  }

  #loadScene(body: Buffer): readonly [number, unknown] {
    const { scene } = parseJson(body.toString()) as { scene: string };
    if (scene !== this.#scene && !this.#weak.has("loads-any-scene")) return [403, error("forbidden")];
    this.#scene = scene;
    return [200, { scene }];
  }

  #issueToken(body: Buffer): readonly [number, unknown] {
    if (body.length > MAX_BODY && !this.#weak.has("accepts-any-size")) return [413, error("too_large")];
    const text = body.toString();
    const isNested = text.includes("[".repeat(100));
    if (isNested && this.#weak.has("overflows-on-nesting")) return [500, error("stack overflow")];
    const parsed = parseJson(text) as { subject?: unknown; role?: string } | undefined;
    const isValid = typeof parsed?.subject === "string" && parsed.subject.isWellFormed() && !isNested;
    const isAccepted = isValid || this.#weak.has("accepts-any-body") || this.#weak.has("accepts-any-size");
    if (!isAccepted || (isNested && !this.#weak.has("accepts-any-body"))) return [400, error("invalid")];
    const role = parsed?.role ?? "player";
    const exp = Math.floor(Date.now() / 1000) + 600;
    return [200, { access_token: signToken({ role, exp, iss: ISSUER }), role }];
  }

  #isLimited(request: IncomingMessage): boolean {
    if (this.#weak.has("has-no-limits")) return false;
    const bucket = request.headers["x-rate-limit-bucket"] ?? "";
    const address = this.#weak.has("trusts-forwarded-for") ? (request.headers["x-forwarded-for"] ?? "") : "";
    const count = (this.#counts.get(`${address}${bucket}`) ?? 0) + 1;
    this.#counts.set(`${address}${bucket}`, count);
    return count > LIMIT;
  }

  #roleOf(authorization: string | undefined): string | undefined {
    const token = authorization?.replace(/^Bearer /, "");
    if (token === undefined) return undefined;
    return token === SERVICE_TOKEN ? "service" : this.#verifyToken(token);
  }

  #verifyToken(token: string): string | undefined {
    const [head = "", middle = "", signature = ""] = token.split(".");
    const header = decode(head) as { alg?: string };
    const claims = decode(middle) as Claims;
    const signedWith = (key: string) => sign(`${head}.${middle}`, key) === signature;
    const isGenuine =
      (header.alg === "HS256" && signedWith(SIGNING_KEY)) ||
      (header.alg === "none" && this.#weak.has("accepts-unsigned")) ||
      (header.alg === "RS256" && this.#weak.has("trusts-header-algorithm") && signedWith("")) ||
      (header.alg === "HS256" && this.#weak.has("accepts-foreign-key") && signedWith("secret")) ||
      (header.alg === "HS256" && this.#weak.has("ignores-signature") && !signedWith("secret"));
    const isCurrent = (claims.exp ?? 0) * 1000 > Date.now() || this.#weak.has("ignores-expiry");
    const isOurs = claims.iss === ISSUER || this.#weak.has("ignores-issuer");
    return isGenuine && isCurrent && isOurs ? (claims.role ?? "player") : undefined;
  }
}

/** Starts a weak server on a free loopback port. */
export async function startWeakServer(
  weaknesses: readonly Weakness[],
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const weak = new WeakServer(weaknesses);
  const server: Server = createServer((request, response) => {
    weak.respond(request).then(
      ([status, body]) => {
        response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "5" });
        response.end(JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

function error(name: string): object {
  return { error: name, message: name };
}

function decode(part: string): object {
  return (parseJson(Buffer.from(part, "base64url").toString()) ?? {}) as object;
}

function sign(input: string, key: string): string {
  return createHmac("sha256", key).update(input).digest("base64url");
}

function signToken(claims: Claims): string {
  const input = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${input}.${sign(input, SIGNING_KEY)}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
