import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, request, type Server } from "node:https";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import WebSocket, { WebSocketServer } from "ws";
import type { NginxOptions } from "../../components/gateway/nginx-options.ts";
import { freePort } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { createNginxFixture, type NginxFixture, startNginx, writeNginxConfig } from "./nginx-process.ts";

interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends bytes over TLS and waits until the server closes the connection. */
function sendRaw(port: number, bytes: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connectTls({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false });
  // A malformed request may be answered with a reset.
  socket.once("error", () => undefined);
  socket.once("close", () => resolve());
  socket.resume().write(bytes);
  return promise;
}

function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0, end = content.indexOf("\n"); end !== -1; end = content.indexOf("\n", start)) {
    lines.push(content.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** More than the other tests send, so that only the flood exceeds the limit. */
const BURST = 30;
const CONNECTIONS = 8;

describeWithTool(
  "nginx",
  "the gateway's config in a real nginx, in front of a small game server",
  (nginx) => {
    let shop: NginxFixture;
    let stopNginx: () => Promise<void>;
    let upstream: Server;
    let port: number;
    let seen: IncomingHttpHeaders = {};

    function ask(
      path: string,
      options: { host?: string; headers?: Record<string, string>; body?: string } = {},
    ): Promise<HttpResponse> {
      const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
      const headers = { Host: options.host ?? "localhost", ...options.headers };
      const sent = request(
        {
          host: "127.0.0.1",
          port,
          path,
          method: options.body === undefined ? "GET" : "POST",
          headers,
          rejectUnauthorized: false,
          servername: "localhost",
          agent: false,
        },
        (response) => {
          let body = "";
          response.on("data", (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      sent.once("error", reject);
      sent.end(options.body);
      return promise;
    }

    beforeAll(async () => {
      shop = createNginxFixture();
      const certificate = { key: readFileSync(shop.paths.key), cert: readFileSync(shop.paths.certificate) };
      upstream = createServer(certificate, (incoming, outgoing) => {
        seen = incoming.headers;
        outgoing.writeHead(incoming.url === "/missing" ? 404 : 200, { "Content-Type": "application/json" });
        outgoing.end('{"status":"ok"}');
      });
      new WebSocketServer({ server: upstream }).on("connection", (socket) => {
        socket.on("message", (message) => socket.send(`echo ${message.toString()}`));
      });
      const upstreamPort = await freePort();
      await new Promise<void>((resolve) => upstream.listen(upstreamPort, "127.0.0.1", resolve));
      port = await freePort();
      const options: Omit<NginxOptions, "paths"> = {
        domain: "localhost",
        listenPort: port,
        upstream: { host: "localhost", httpPort: upstreamPort, telemetryPort: upstreamPort },
        shield: { requestsPerSecond: 1, burst: BURST, connections: CONNECTIONS },
        clientAddress: "connection",
        drainSeconds: 1,
        maxBodyBytes: 1024,
        workers: 1,
      };
      stopNginx = await startNginx(nginx, writeNginxConfig(shop, options), shop);
    });

    afterAll(async () => {
      await stopNginx?.();
      upstream?.closeAllConnections();
      upstream?.close();
      shop?.remove();
    });

    test("a player's request reaches the game server with the real client address, which the client cannot spoof", async () => {
      const answer = await ask("/status", { headers: { "X-Forwarded-For": "203.0.113.9" } });
      expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
      expect(seen["x-forwarded-for"]).toBe("127.0.0.1");
      expect(seen["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    });

    test.each(["/status", "/missing"])(
      "%s is answered with all security headers and without a server version",
      async (path) => {
        const { headers } = await ask(path);
        expect(headers).toMatchObject({
          "strict-transport-security": "max-age=63072000; includeSubDomains",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "referrer-policy": "no-referrer",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          server: "nginx",
        });
      },
    );

    test("a telemetry WebSocket is upgraded and echoes through the gateway", async () => {
      const socket = new WebSocket(`wss://localhost:${port}/telemetry`, { rejectUnauthorized: false });
      const echoed = await new Promise<string>((resolve, reject) => {
        socket.once("error", reject);
        socket.once("open", () => socket.send("90 Hz"));
        socket.once("message", (message) => resolve(message.toString()));
      });
      socket.terminate();
      expect(echoed).toBe("echo 90 Hz");
    });

    test("an unknown host name is rejected, but the kubelet's health check is answered for any host name", async () => {
      expect(await ask("/status", { host: "elsewhere.test" })).toMatchObject({ status: 421 });
      expect(await ask("/gateway-health", { host: "10.0.0.7" })).toMatchObject({ status: 200, body: "ok\n" });
    });

    test.each(["/drain", "/metrics"])(
      "%s, which is internal to the cluster, returns 404 to players",
      async (path) => {
        seen = {};
        expect(await ask(path)).toMatchObject({ status: 404 });
        expect(seen).toEqual({});
      },
    );

    test("a request body over the limit is rejected before it reaches the game server", async () => {
      seen = {};
      expect(await ask("/world", { body: "x".repeat(4096) })).toMatchObject({ status: 413 });
      expect(seen).toEqual({});
    });

    test("the access log is JSON and omits query strings, which may contain tokens", async () => {
      await ask("/status?token=planted-secret");
      const lines = readFileSync(shop.paths.accessLog, "utf8").trim().split("\n");
      const entries = lines.map((line) => JSON.parse(line) as Record<string, string>);
      expect(entries.at(-1)).toMatchObject({ method: "GET", path: "/status", status: "200" });
      expect(lines.join("\n")).not.toContain("planted-secret");
    });

    test("one client cannot open more connections than the configured limit", async () => {
      const sockets = await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          const socket = new WebSocket(`wss://localhost:${port}/telemetry`, { rejectUnauthorized: false });
          await new Promise((resolve) => socket.once("open", resolve));
          return socket;
        }),
      );
      expect(await ask("/status")).toMatchObject({ status: 429 });
      for (const socket of sockets) socket.terminate();
    });

    test("requests over the burst get 429 with Retry-After and the security headers", async () => {
      const answers: HttpResponse[] = [];
      for (let sent = 0; sent < BURST * 2; sent += 1) answers.push(await ask("/status"));
      const served = answers.filter(({ status }) => status === 200);
      const limited = answers.filter(({ status }) => status === 429);
      expect(served.length).toBeLessThanOrEqual(BURST + 2);
      expect(limited.length).toBe(answers.length - served.length);
      expect(limited[0]?.headers).toMatchObject({ "retry-after": "1", "x-frame-options": "DENY" });
    });

    // Last, because it uses up the request limit of this client.
    test("every request is one line of valid JSON in UTF-8, whatever bytes a client sends", async () => {
      const bytes = fc.uint8Array({ maxLength: 40 }).map((given) => Buffer.from(given));
      // A raw request line and header value can contain any byte but these.
      const raw = bytes.map((given) => given.filter((byte) => byte > 0x20 && byte !== 0x7f));
      const encoded = bytes.map((given) =>
        Buffer.from([...given].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")),
      );
      const before = readFileSync(shop.paths.accessLog).length;
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(fc.oneof(raw, encoded), raw, async (path, agent) => {
          const text = (part: Uint8Array): string => Buffer.from(part).toString("latin1");
          const request = `GET /${text(path)} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${text(agent)}\r\n`;
          await sendRaw(port, Buffer.from(`${request}Connection: close\r\n\r\n`, "latin1"));
          sent += 1;
        }),
        { numRuns: 400, examples: [[Buffer.from("ok%ff%fe"), Buffer.from([0xc3, 0x28])]] },
      );
      const lines = splitLines(readFileSync(shop.paths.accessLog).subarray(before));
      expect(lines).toHaveLength(sent);
      const decoder = new TextDecoder("utf-8", { fatal: true });
      for (const line of lines) expect(JSON.parse(decoder.decode(line))).toHaveProperty("path");
      expect(Buffer.concat(lines).toString()).toContain('"path":"/ok\ufffd"');
    }, 120_000);
  },
);
