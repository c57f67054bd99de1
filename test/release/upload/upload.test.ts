import { hash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readParts } from "../../../release/upload/file-parts.ts";
import { OciRegistry } from "../../../release/upload/oci-registry.ts";
import { parseStoreLocation } from "../../../release/upload/open-store.ts";
import { readCredentials } from "../../../release/upload/registry-credentials.ts";

let scratch = "";
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-upload-"));
});
afterEach(() => rmSync(scratch, { recursive: true }));

describe("where a release is published", () => {
  test("is a prefix in a bucket, or a repository in a registry", () => {
    expect(parseStoreLocation("s3://releases/vr/?region=eu-central-1")).toEqual({
      kind: "s3",
      bucket: "releases",
      prefix: "vr/",
      options: ["--region", "eu-central-1"],
    });
    expect(parseStoreLocation("oci://registry.example.com:5000/vr/release")).toEqual({
      kind: "oci",
      host: "registry.example.com:5000",
      repository: "vr/release",
    });
  });

  test.each([
    "https://registry.example.com/vr",
    "s3://",
    "s3://a",
    "oci://registry.example.com",
    "oci://registry.example.com/VR",
    "oci://registry.example.com/vr:v2",
    "oci://registry.example.com/vr?x=1",
    "dist",
  ])("%s is a usage error", (url) => {
    expect(() => parseStoreLocation(url)).toThrow(/must be s3:.* or oci:/);
  });

  test("has no credentials in its address, and the error does not repeat them", () => {
    expect(() => parseStoreLocation("oci://user:hunter2@registry.example.com/vr")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});

describe("the parts of a file", () => {
  async function partsOf(content: string, sha256 = hash("sha256", content)): Promise<string[]> {
    const path = join(scratch, "file");
    writeFileSync(path, content);
    const parts: string[] = [];
    const file = { name: "file", path, size: content.length, sha256 };
    for await (const { number, start, bytes } of readParts(file, 4))
      parts.push(`${number} ${start} ${bytes.toString()}`);
    return parts;
  }

  test("are complete, also of an empty file", async () => {
    expect(await partsOf("0123456789")).toEqual(["1 0 0123", "2 4 4567", "3 8 89"]);
    expect(await partsOf("01234567")).toEqual(["1 0 0123", "2 4 4567"]);
    expect(await partsOf("")).toEqual(["1 0 "]);
  });

  test("are never complete if the file changed after it was verified", async () => {
    const changed = partsOf("0123456789", hash("sha256", "another content"));
    await expect(changed).rejects.toThrow(/changed while it was uploaded/);
  });
});

describe("the credentials of a registry", () => {
  const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
  const write = (config: object) => writeFileSync(join(scratch, "config.json"), JSON.stringify(config));
  const read = (host: string, env: NodeJS.ProcessEnv = {}) =>
    readCredentials(host, { DOCKER_CONFIG: scratch, ...env });

  test("are those of docker login, also with a colon in the password", async () => {
    write({ auths: { "registry.example.com": auth("me:a:b"), "https://other.example.com": auth("x:y") } });
    expect(await read("registry.example.com")).toEqual({ user: "me", password: "a:b" });
    expect(await read("other.example.com")).toEqual({ user: "x", password: "y" });
    expect(await read("third.example.com")).toBeUndefined();
  });

  test("come from a credential helper", async () => {
    write({ credHelpers: { "registry.example.com": "test" } });
    const helper = join(scratch, "docker-credential-test");
    writeFileSync(
      helper,
      '#!/bin/sh\nread -r host\n[ "$1 $host" = "get registry.example.com" ] && echo \'{"Username":"me","Secret":"s"}\'\n',
    );
    chmodSync(helper, 0o755);
    const env = { PATH: `${scratch}:${process.env.PATH ?? ""}` };
    expect(await read("registry.example.com", env)).toEqual({ user: "me", password: "s" });
  });

  test("are absent without a file, and a damaged file is an error, not anonymous access", async () => {
    expect(await read("registry.example.com")).toBeUndefined();
    writeFileSync(join(scratch, "config.json"), "{");
    await expect(read("registry.example.com")).rejects.toThrow(/is not a configuration file/);
  });
});

describe("a registry with tokens", () => {
  let server: Server;
  let seen: string[] = [];
  let host = "";
  beforeEach(async () => {
    seen = [];
    server = createServer((incoming, outgoing) => {
      const { authorization = "none" } = incoming.headers;
      seen.push(`${incoming.url} ${authorization}`);
      if (incoming.url?.startsWith("/token")) return void outgoing.end('{"token":"abc"}');
      if (authorization === "Bearer abc") return void outgoing.writeHead(200).end("{}");
      const challenge = `Bearer realm="http://${host}/token",service="test"`;
      outgoing.writeHead(401, { "www-authenticate": challenge }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  const open = () =>
    new OciRegistry({
      host,
      repository: "a/b",
      credentials: () => Promise.resolve({ user: "u", password: "p" }),
    });

  test("gets the password at its token server only, and the token afterwards", async () => {
    const registry = open();
    await registry.request("GET", registry.url("manifests/v1"), { expected: [200] });
    expect(seen).toEqual([
      "/v2/a/b/manifests/v1 none",
      "/token?service=test&scope=repository%3Aa%2Fb%3Apull%2Cpush Basic dTpw",
      "/v2/a/b/manifests/v1 Bearer abc",
    ]);
  });

  test("cannot lead an upload to an address without TLS", async () => {
    const registry = open();
    const url = new URL("http://registry.example.com/upload");
    await expect(registry.request("PATCH", url, { body: "x", expected: [202] })).rejects.toThrow(
      /without TLS/,
    );
    expect(seen).toEqual([]);
  });
});
