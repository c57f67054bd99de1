import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { waitForCutover } from "../../../../operations/local/deployment/cutover.ts";
import type { Release } from "../../../../operations/local/releases/releases.ts";
import { ensureCertificates, tlsFiles } from "../../../../operations/local/services/certificates.ts";

let directory = "";
const opened: Server[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-cutover-"));
  await ensureCertificates(directory, "localhost");
});
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A server whose `/status` returns the given identity for each connection. @returns its port. */
async function startServer(as: (bucket: string) => string): Promise<number> {
  const { certificate, key } = tlsFiles(directory);
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (request, response) =>
      response.end(JSON.stringify({ server: as(String(request.headers["x-rate-limit-bucket"])) })),
  ).listen(0, "127.0.0.1");
  opened.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const createCandidate = (own: number, gateway: number) => ({
  address: { port: own, authorityFile: tlsFiles(directory).authority, token: "token" },
  release: { id: "candidate", settings: { port: gateway } } as Release,
});

test("the old server is not drained while old nginx workers still accept connections", async () => {
  let [requests, lastOld] = [0, 0];
  const own = await startServer(() => "new");
  const gateway = await startServer(() => {
    requests += 1;
    if (requests !== 3) return "new";
    lastOld = performance.now();
    return "old";
  });
  await waitForCutover(createCandidate(own, gateway), { kind: "nginx" });
  expect(lastOld).toBeGreaterThan(0);
  expect(performance.now() - lastOld).toBeGreaterThanOrEqual(400);
});

test("polling a slow gateway does not exhaust a rate limit: each request has its own bucket", async () => {
  const buckets: string[] = [];
  const own = await startServer(() => "new");
  const gateway = await startServer((bucket) => (buckets.push(bucket) <= 5 ? "old" : "new"));
  await waitForCutover(createCandidate(own, gateway), { kind: "none" });
  expect(buckets).toHaveLength(8);
  expect(new Set(buckets).size).toBe(8);
  expect(buckets.join()).toMatch(/^local-[0-9a-f]{12}(,local-[0-9a-f]{12})+$/);
});
