import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readImageDigest } from "../../../release/image/read-oci-archive.ts";
import { writeGameExport } from "../../release/exports/support/game-export.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { runCliProcess } from "../../support/run-cli.ts";
import { describeWithTools } from "../../support/tools.ts";
import { cacheDirectory } from "../go-build/go-build.ts";
import { type RegistryServer, startRegistry } from "./support/registry-server.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const TIMEOUT_MS = 5 * 60_000;
const TOKEN = "0123456789abcdef";

/** A server in C: `/health`, a drain that needs the token, and `/user`. It ends as Godot does, without handling SIGTERM. */
const SERVER = `
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int count, char **arguments) {
  if (count < 2 || strcmp(arguments[1], "--headless") != 0) return 9;
  if (access("/usr/local/bin/spacetime-server.pck", R_OK) != 0) return 8;
  char expected[200], request[4096], body[200];
  snprintf(expected, sizeof expected, "Authorization: Bearer %s\\r\\n", getenv("GODOT_API_TOKEN"));
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("GODOT_HTTP_PORT")))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 7;
  for (;;) {
    int client = accept(listener, 0, 0);
    ssize_t size = read(client, request, sizeof request - 1);
    if (size > 0) {
      request[size] = 0;
      int drain = strncmp(request, "POST /drain", 11) == 0;
      int status = drain && strstr(request, expected) == 0 ? 401 : 200;
      snprintf(body, sizeof body, "{\\"status\\":\\"ok\\",\\"user\\":%d,\\"parent\\":%d,\\"home\\":\\"%s\\"}", getuid(), getppid(), getenv("HOME"));
      dprintf(client, "HTTP/1.1 %d X\\r\\nContent-Length: %zu\\r\\nConnection: close\\r\\n\\r\\n%s", status, strlen(body), body);
    }
    close(client);
  }
}
`;

describeWithTools(["buildah", "skopeo", "gcc"], "the game server's image, built by buildah", () => {
  let scratch = "";
  let registry: RegistryServer;
  let env: NodeJS.ProcessEnv = {};
  let base = "";
  let container = "";

  const buildah = (...args: readonly string[]): string =>
    execFileSync("buildah", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-image-"));
    registry = await startRegistry(scratch, "anonymous");
    env = writeContainerConfig(scratch, registry.host);
    base = pushBase(scratch, registry.host, buildah);
    const program = compileServer(scratch);
    writeGameExport(join(scratch, "export"), { executable: program });
    writeRepository(scratch);
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    if (scratch !== "") buildah("rm", "--all");
    await registry?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test(
    "is built from a base that is pulled by its digest, with labels of the version and the commit",
    async () => {
      const out = join(scratch, "server.oci.tar");
      const args = ["image", "2.5.0", "--export", join(scratch, "export"), "--base", base, "--out", out];
      const built = await runCliProcess(scratch, ["release", ...args], env);
      expect(built).toMatchObject({ exitCode: 0 });
      container = buildah("from", `oci-archive:${out}`);
      const { OCIv1: image } = JSON.parse(buildah("inspect", container)) as {
        readonly OCIv1: { readonly created: string; readonly config: Record<string, unknown> };
      };
      expect(image.config).toMatchObject({
        User: "10001:10001",
        Entrypoint: ["/usr/bin/tini", "-g", "--", "/usr/local/bin/spacetime-server"],
        Cmd: ["--headless"],
        Labels: {
          "org.opencontainers.image.version": "2.5.0",
          "org.opencontainers.image.base.digest": base.split("@")[1],
          "org.opencontainers.image.revision": expect.stringMatching(/^[0-9a-f]{40}$/),
        },
      });
      expect(image.created).toBe("2026-01-02T03:04:05Z");
    },
    TIMEOUT_MS,
  );

  test(
    "is pushed unchanged from a package into the registry of a site that cannot reach others",
    async () => {
      const archive = join(scratch, "server.oci.tar");
      const digest = readImageDigest(archive);
      const unpacked = join(scratch, "package");
      cpSync("release/template/scripts", join(unpacked, "scripts"), { recursive: true });
      mkdirSync(join(unpacked, "kubernetes"));
      mkdirSync(join(unpacked, "binaries"));
      copyFileSync(archive, join(unpacked, "binaries/spacetime-server.oci.tar"));
      const image = `registry.example.com/vr/server@${digest}`;
      writeFileSync(join(unpacked, "kubernetes/images.txt"), `${image}\n`);
      const script = join(unpacked, "scripts/deployment/import_images.sh");
      execFileSync(script, ["load", scratch, registry.host], { env, stdio: "ignore" });
      const accept = "application/vnd.oci.image.manifest.v1+json";
      const manifest = `http://${registry.host}/v2/vr/server/manifests/${digest}`;
      expect((await fetch(manifest, { headers: { accept } })).status).toBe(200);
    },
    TIMEOUT_MS,
  );

  test(
    "runs as its user below tini, is drained by its hook with the pod's token, and ends on SIGTERM",
    async () => {
      const port = String(await freePort());
      const variables = { GODOT_HTTP_PORT: port, GODOT_API_TOKEN: TOKEN, GODOT_TLS_ENABLED: "false" };
      const settings = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      const run = ["run", ...settings, container, "--"];
      const entrypoint = ["/usr/bin/tini", "-s", "-g", "--", "/usr/local/bin/spacetime-server", "--headless"];
      const server = spawn("buildah", [...run, ...entrypoint], { env, stdio: "ignore" });
      const ended = once(server, "exit");
      const health = await eventually("the server answers", 60, () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          (answer) => answer.json() as Promise<Record<string, unknown>>,
          () => undefined,
        ),
      );
      expect(health).toMatchObject({ status: "ok", user: 10001, home: "/tmp" });
      // Throws if the hook fails.
      buildah(...run, "/usr/local/bin/drain");
      expect(() =>
        buildah(...run.slice(0, -1), "--env", "GODOT_API_TOKEN=wrong", "--", "/usr/local/bin/drain"),
      ).toThrow();
      process.kill(health.parent as number, "SIGTERM");
      await ended;
    },
    TIMEOUT_MS,
  );
});

/** Storage, isolation and registry of buildah, without a daemon and without root's own images. */
function writeContainerConfig(scratch: string, host: string): NodeJS.ProcessEnv {
  const storage = join(scratch, "storage.conf");
  const paths = `graphroot = "${join(scratch, "images")}"\nrunroot = "${join(scratch, "run")}"\n`;
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${paths}`);
  // skopeo reads this file only in the home directory.
  const registries = join(scratch, ".config/containers/registries.conf");
  mkdirSync(dirname(registries), { recursive: true });
  writeFileSync(registries, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  return {
    ...process.env,
    HOME: scratch,
    BUILDAH_ISOLATION: "chroot",
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}

/** Pushes Debian with the packages of the Dockerfile and without package sources. Returns it with its digest. */
function pushBase(scratch: string, host: string, buildah: (...args: readonly string[]) => string): string {
  const empty = join(scratch, "sources.list");
  writeFileSync(empty, "");
  const container = buildah("from", "scratch");
  buildah("add", container, cacheDirectory("base-bookworm.tar"), "/");
  buildah("copy", container, empty, "/etc/apt/sources.list");
  buildah("commit", container, "base");
  const digestFile = join(scratch, "digest");
  buildah("push", "--digestfile", digestFile, "base", `docker://${host}/debian:bookworm`);
  buildah("rm", container);
  buildah("rmi", "base");
  return `${host}/debian@${readFileSync(digestFile, "utf8").trim()}`;
}

function compileServer(scratch: string): Buffer {
  const source = join(scratch, "server.c");
  writeFileSync(source, SERVER);
  execFileSync("gcc", ["-s", "-O1", "-o", join(scratch, "server"), source]);
  return readFileSync(join(scratch, "server"));
}

/** The commit that the labels name. */
function writeRepository(scratch: string): void {
  for (const name of ["Pulumi.production.yaml", "Pulumi.package.yaml"])
    writeFileSync(join(scratch, name), readFileSync(resolve(name)));
  const date = "2026-01-02T03:04:05Z";
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: scratch,
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  mkdirSync(join(scratch, ".git-template"));
  git("init", "--quiet", "--template", join(scratch, ".git-template"));
  git("commit", "--quiet", "--allow-empty", "--message", "feat: first");
}
