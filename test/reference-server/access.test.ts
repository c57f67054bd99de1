import { Agent, request } from "node:http";
import { expect, test } from "@jest/globals";
import { SignJWT } from "jose";
import {
  API_TOKEN,
  issueToken,
  SCRAPE_TOKEN,
  SIGNING_KEY,
  startTestServer,
  type TestServer,
} from "./support/test-server.ts";

const statusOf = async (server: TestServer, token?: string): Promise<number> =>
  (await server.call("/performance", token === undefined ? {} : { token })).status;

interface Claims {
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: number;
  readonly key?: string;
  readonly algorithm?: string;
  readonly use?: string;
}

/** A token that differs from a valid one in the given claims. */
function forgeToken(claims: Claims): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: "admin", use: claims.use ?? "access" })
    .setProtectedHeader({ alg: claims.algorithm ?? "HS256" })
    .setSubject("mallory")
    .setIssuer(claims.issuer ?? "spacetime-vr")
    .setAudience(claims.audience ?? "local")
    .setExpirationTime(claims.expires ?? now + 60)
    .sign(new TextEncoder().encode(claims.key ?? SIGNING_KEY));
}

test("a token signed with the deployment's key is accepted", async () => {
  const server = await startTestServer();
  expect(await statusOf(server, await forgeToken({}))).toBe(200);
});

test.each<[string, Claims]>([
  ["another key", { key: "another-key-0123456789abcdef0123456789abcdef" }],
  ["another issuer", { issuer: "somebody" }],
  ["another environment", { audience: "production" }],
  ["the past", { expires: 1 }],
  ["another algorithm", { algorithm: "HS384" }],
  ["another purpose", { use: "refresh" }],
])("a token of %s opens nothing", async (_case, claims) => {
  const server = await startTestServer();
  expect(await statusOf(server, await forgeToken(claims))).toBe(401);
});

test("a token without a signature is rejected", async () => {
  const server = await startTestServer();
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    sub: "mallory",
    role: "admin",
    iss: "spacetime-vr",
    aud: "local",
    exp: 4e9,
    use: "access",
  };
  expect(await statusOf(server, `${part({ alg: "none" })}.${part(claims)}.`)).toBe(401);
});

test.each([
  ["observer", [200, 403, 403, 403]],
  ["player", [200, 201, 403, 403]],
  ["operator", [200, 201, 200, 403]],
  ["admin", [200, 201, 200, 202]],
])("a token with the role %s reaches exactly as far as the role does", async (role, statuses) => {
  const server = await startTestServer();
  const token = await issueToken(server, "ann", role);
  const scene = { scene: "res://vr_main.tscn" };
  const replies = [
    await server.call("/players", { token }),
    await server.call("/players", { token, method: "POST", body: { name: "Ann" } }),
    await server.call("/scene", { token, method: "POST", body: scene }),
    await server.call("/drain", { token, method: "POST" }),
  ];
  expect(replies.map(({ status }) => status)).toEqual(statuses);
});

test("a player cannot act for another player", async () => {
  const server = await startTestServer();
  const token = await issueToken(server, "ann", "player");
  const join = await server.call("/players", { token, method: "POST", body: { name: "B", id: "bob" } });
  const read = await server.call("/players/bob", { token });
  expect([join.status, read.status]).toEqual([403, 403]);
});

test("the scrape token grants access to /metrics only", async () => {
  const server = await startTestServer();
  const metrics = await server.call("/metrics", { token: SCRAPE_TOKEN });
  const others = await Promise.all(
    ["/performance", "/scene", "/players"].map((path) => server.call(path, { token: SCRAPE_TOKEN })),
  );
  expect([metrics.status, ...others.map(({ status }) => status)]).toEqual([200, 403, 403, 403]);
});

test("a player token cannot read /metrics", async () => {
  const server = await startTestServer();
  expect((await server.call("/metrics", { token: await issueToken(server, "ann", "player") })).status).toBe(
    403,
  );
});

test("a refresh token returns a new pair with the same role and is rejected as an access token", async () => {
  const server = await startTestServer();
  const pair = await server.call("/auth/token", {
    method: "POST",
    token: API_TOKEN,
    body: { subject: "ann", role: "player" },
  });
  const { refresh_token } = pair.json;
  const next = await server.call("/auth/refresh", { method: "POST", body: { refresh_token } });
  expect([next.status, next.json.role, await statusOf(server, refresh_token)]).toEqual([200, "player", 401]);
});

test("only the service token can issue tokens", async () => {
  const server = await startTestServer();
  const token = await issueToken(server, "root", "admin");
  const reply = await server.call("/auth/token", {
    method: "POST",
    token,
    body: { subject: "x", role: "admin" },
  });
  expect(reply.status).toBe(403);
});

test("a client over its limit gets 429 with Retry-After, and probes still respond", async () => {
  const server = await startTestServer({ GODOT_RATE_LIMIT_STATUS_PER_MINUTE: "3" });
  const replies = [];
  for (let turn = 0; turn < 4; turn += 1) replies.push(await server.call("/status"));
  const last = replies.at(-1);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(Number(last?.headers["retry-after"])).toBeGreaterThan(50);
  expect((await server.call("/health")).status).toBe(200);
});

test("clients have separate limits, and a client cannot forge other addresses", async () => {
  const server = await startTestServer({
    GODOT_RATE_LIMIT_STATUS_PER_MINUTE: "1",
    GODOT_HTTP_TRUSTED_PROXIES: "127.0.0.0/8",
  });
  const as = (forwarded: string) => server.call("/status", { headers: { "X-Forwarded-For": forwarded } });
  const statuses = [];
  for (const client of ["203.0.113.1", "203.0.113.1", "203.0.113.2", "9.9.9.9, 203.0.113.2"]) {
    statuses.push((await as(client)).status);
  }
  expect(statuses).toEqual([200, 429, 200, 429]);
});

test("only a client with the service token can select its own rate-limit bucket", async () => {
  const server = await startTestServer({ GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: "1" });
  const headers = { "X-Rate-Limit-Bucket": "verify-1" };
  const observer = await issueToken(server, "ann", "observer");
  const statuses = [];
  for (const token of [API_TOKEN, API_TOKEN])
    statuses.push((await server.call("/scene", { token, headers })).status);
  for (const token of [observer, observer])
    statuses.push((await server.call("/scene", { token, headers })).status);
  expect(statuses).toEqual([200, 429, 200, 429]);
});

test("an address is blocked after repeated invalid tokens, except on probe endpoints", async () => {
  const server = await startTestServer({ GODOT_IDS_MAX_FAILURES: "3" });
  for (let turn = 0; turn < 3; turn += 1) await statusOf(server, `guess-${turn}`);
  const blocked = await server.call("/status");
  expect([blocked.status, blocked.json.error]).toEqual([403, "blocked"]);
  expect(Number(blocked.headers["retry-after"])).toBeGreaterThan(0);
  expect((await server.call("/health")).status).toBe(200);
});

test("a missing token does not count as a failure", async () => {
  const server = await startTestServer({ GODOT_IDS_MAX_FAILURES: "2" });
  const statuses = [];
  for (let turn = 0; turn < 4; turn += 1) statuses.push(await statusOf(server));
  expect(statuses).toEqual([401, 401, 401, 401]);
});

test("a request with an unknown Host header is rejected (DNS rebinding)", async () => {
  const server = await startTestServer({ GODOT_PUBLIC_HOST: "play.example.org" });
  const as = async (host: string) => (await server.call("/status", { headers: { Host: host } })).status;
  const names = [
    "evil.example.com",
    "play.example.org",
    "localhost:1234",
    "10.0.0.7",
    "game-server.spacetime.svc",
  ];
  expect(await Promise.all(names.map(as))).toEqual([421, 200, 200, 200, 200]);
});

test("CORS headers are sent to configured origins only", async () => {
  const server = await startTestServer({ GODOT_HTTP_CORS_ORIGINS: "https://play.example.org" });
  const allowed = async (origin: string) =>
    (await server.call("/status", { method: "OPTIONS", headers: { Origin: origin } })).headers[
      "access-control-allow-origin"
    ];
  expect([await allowed("https://play.example.org"), await allowed("https://evil.example")]).toEqual([
    "https://play.example.org",
    undefined,
  ]);
});

test("a connection beyond the limit gets 503", async () => {
  const server = await startTestServer({ GODOT_HTTP_MAX_CONNECTIONS: "1" });
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${server.httpUrl}/health`, { agent }, (response) => {
      response.resume().on("end", () => resolve());
    });
    sent.on("error", reject).end();
  });
  const refused = await server.call("/health");
  agent.destroy();
  expect([refused.status, refused.json.error]).toEqual([503, "too_many_connections"]);
});

test("no token, key or password is logged", async () => {
  const server = await startTestServer();
  await issueToken(server, "ann", "player");
  await statusOf(server, "guessed-token-value");
  const log = server.lines.join("\n");
  expect(["planted-", "guessed-token-value", "eyJ"].filter((secret) => log.includes(secret))).toEqual([]);
});
