import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createOciStore } from "../../../release/upload/oci-store.ts";
import { publishRelease } from "../../../release/upload/publish-release.ts";
import { verifyRelease } from "../../../release/verification/verify-release.ts";
import { freePort } from "../../support/ports.ts";
import { type CliResult, runCliProcess } from "../../support/run-cli.ts";
import { type RegistryServer, startRegistry, writeDockerConfig } from "./support/registry-server.ts";
import { type UploadableRelease, writeUploadableRelease } from "./support/uploadable-release.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const TIMEOUT_MS = 180_000;
const ARTIFACT = "spacetime-vr/release";

let scratch = "";
let registry: RegistryServer;
let release: UploadableRelease;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-oci-"));
  registry = await startRegistry(scratch);
  release = await writeUploadableRelease(scratch, "release", 500_000);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await registry?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** An environment with a login for the registry, or without one. */
const environment = (login: string | null, host = registry.host): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: scratch,
  DOCKER_CONFIG:
    login === null
      ? join(scratch, "nowhere")
      : writeDockerConfig(join(scratch, `login-${login.length}`), host, login),
});

function upload(
  { archive, keyFile }: UploadableRelease,
  { login = "correct horse" as string | null, repository = ARTIFACT } = {},
): Promise<CliResult> {
  const args = [
    "release",
    "upload",
    archive,
    "--key",
    keyFile,
    "--to",
    `oci://${registry.host}/${repository}`,
  ];
  return runCliProcess(scratch, args, environment(login));
}

function get(path: string, repository = ARTIFACT): Promise<Response> {
  return fetch(`http://${registry.host}/v2/${repository}/${path}`, {
    headers: {
      authorization: registry.authorization,
      accept: "application/vnd.oci.image.manifest.v1+json",
    },
  });
}

interface Manifest {
  readonly artifactType: string;
  readonly layers: readonly { readonly digest: string; readonly annotations: Record<string, string> }[];
}

/** Pulls every file of a tag, as `oras pull` does. */
async function pull(tag: string, to: string): Promise<void> {
  const { layers } = (await (await get(`manifests/${tag}`)).json()) as Manifest;
  mkdirSync(to);
  for (const { digest, annotations } of layers) {
    const content = Buffer.from(await (await get(`blobs/${digest}`)).arrayBuffer());
    writeFileSync(join(to, annotations["org.opencontainers.image.title"] ?? ""), content);
  }
}

/** A proxy that closes the connection instead of forwarding the nth PATCH, and counts the bytes of the others. */
class BreakingProxy {
  patched = 0;
  #patches = 0;
  readonly #server: Server;

  constructor(breakAt: number) {
    this.#server = createServer((incoming, outgoing) => {
      if (incoming.method === "PATCH" && ++this.#patches === breakAt) return void incoming.socket.destroy();
      const { host: _host, ...headers } = incoming.headers;
      const target = new URL(incoming.url ?? "", `http://${registry.host}`);
      const forwarded = request(
        target,
        { method: incoming.method ?? "GET", headers: { ...headers, host: this.host } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      if (incoming.method === "PATCH") incoming.on("data", (chunk: Buffer) => (this.patched += chunk.length));
      incoming.pipe(forwarded);
    });
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe("a release in an OCI registry", () => {
  test.each([
    ["without a login", null, /requires a login\. Log in as a user who may push: skopeo login/],
    ["with a wrong password", "wrong", /rejects the login/],
  ])(
    "%s is not published",
    async (_name, login, message) => {
      const { exitCode, stderr } = await upload(release, { login, repository: "without/login" });
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringMatching(message) });
    },
    TIMEOUT_MS,
  );

  test(
    "can be pulled under its version, and is valid; publishing it again changes nothing",
    async () => {
      expect(await upload(release)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^oci:\/\/.*:v2\.5\.0: published, \d files\n$/),
      });
      const pulled = join(scratch, "pulled");
      await pull("v2.5.0", pulled);
      expect(readdirSync(pulled).sort()).toEqual(readdirSync(release.directory).sort());
      const archive = join(pulled, "spacetime-vr-v2.5.0.tar.gz");
      expect(await verifyRelease(archive, release.keyFile)).toMatchObject({ verdict: "valid" });
      expect(await upload(release)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("was published before, unchanged"),
      });
    },
    TIMEOUT_MS,
  );

  test(
    "is never replaced by another release of the same version",
    async () => {
      const before = await (await get("manifests/v2.5.0")).text();
      const other = await writeUploadableRelease(scratch, "other");
      expect(await upload(other)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("already has another release 2.5.0"),
      });
      expect(await (await get("manifests/v2.5.0")).text()).toBe(before);
    },
    TIMEOUT_MS,
  );

  test(
    "is not published if it is not valid for the key that receivers have",
    async () => {
      const other = await writeUploadableRelease(scratch, "stranger");
      const result = await upload({ ...release, keyFile: other.keyFile }, { repository: "invalid/release" });
      expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is not valid") });
      expect((await get("manifests/v2.5.0", "invalid/release")).status).toBe(404);
    },
    TIMEOUT_MS,
  );

  test(
    "is invisible after an interruption, and continues where it was interrupted",
    async () => {
      const partBytes = 64 * 1024;
      const repository = "interrupted/release";
      const publish = (host: string) =>
        publishRelease({
          ...release,
          openStore: (identity) =>
            createOciStore({
              location: { host, repository },
              release: identity,
              env: environment("correct horse", host),
              stateDirectory: join(scratch, "state"),
              partBytes,
            }),
          progress: () => undefined,
        });
      const proxy = await new BreakingProxy(5).listen();
      try {
        await expect(publish(proxy.host)).rejects.toMatchObject({
          exitCode: 3,
          message: expect.stringMatching(/cannot be reached .*Run the upload again/),
        });
        expect(proxy.patched).toBe(4 * partBytes);
        expect((await get("manifests/v2.5.0", repository)).status).toBe(404);
        expect(await publish(proxy.host)).toMatchObject({ status: "published" });
      } finally {
        proxy.close();
      }
      const names = readdirSync(release.directory);
      const total = names.reduce((sum, name) => sum + statSync(join(release.directory, name)).size, 0);
      // "{}", the config of the manifest, is sent as well.
      expect(proxy.patched).toBe(total + 2);
      expect((await get("manifests/v2.5.0", repository)).status).toBe(200);
      expect(readdirSync(join(scratch, "state", "uploads"))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test("a registry that cannot be reached is exit code 3", async () => {
    const args = [
      "release",
      "upload",
      release.archive,
      "--key",
      release.keyFile,
      "--to",
      `oci://127.0.0.1:${await freePort()}/a`,
    ];
    expect(await runCliProcess(scratch, args, environment(null))).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("cannot be reached (ECONNREFUSED)"),
    });
  });
});
