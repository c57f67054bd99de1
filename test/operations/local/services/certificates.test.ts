import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ensureCertificates, tlsFiles } from "../../../../operations/local/services/certificates.ts";

const DAY_MS = 86_400_000;
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-authority-"));
});
let opened: Server | undefined;

afterEach(() => {
  opened?.closeAllConnections();
  opened?.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const leaf = (): X509Certificate => new X509Certificate(readFileSync(tlsFiles(directory).certificate));

test("certificates are created once, renewed before they expire, and replaced for another name", async () => {
  expect(await ensureCertificates(directory, "localhost")).toBe("authority");
  expect(await ensureCertificates(directory, "localhost")).toBe("nothing");
  const [first, authority] = [leaf(), new X509Certificate(readFileSync(tlsFiles(directory).authority))];
  expect(first.verify(authority.publicKey)).toBe(true);
  expect(await ensureCertificates(directory, "localhost", Date.now() + 59 * DAY_MS)).toBe("nothing");
  expect(await ensureCertificates(directory, "localhost", Date.now() + 61 * DAY_MS)).toBe("certificate");
  expect(leaf().serialNumber).not.toBe(first.serialNumber);
  expect(await ensureCertificates(directory, "play.lab")).toBe("certificate");
  expect(leaf().checkHost("play.lab")).toBeDefined();
  expect(await ensureCertificates(directory, "play.lab", Date.now() + 1300 * DAY_MS)).toBe("authority");
  for (const path of [tlsFiles(directory).key, tlsFiles(directory).authorityKey]) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test.each(["localhost", "127.0.0.1"])(
  "a client that trusts the CA accepts the certificate for %s",
  async (host) => {
    await ensureCertificates(directory, "localhost");
    const { certificate, key, authority } = tlsFiles(directory);
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, response) =>
      response.end("hello"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened = server;
    const { port } = server.address() as AddressInfo;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ host, port, ca: readFileSync(authority), agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    server.close();
    expect(status).toBe(200);
  },
);
