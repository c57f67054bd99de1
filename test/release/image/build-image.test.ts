import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { builderArguments, buildImage, type ImageOptions } from "../../../release/image/build-image.ts";

const BASE = `docker.io/library/debian@sha256:${"0123456789abcdef".repeat(4)}`;

let scratch = "";
let options: ImageOptions;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-image-test-"));
  const executable = join(scratch, "SpaceTime.x86_64");
  writeFileSync(executable, "server");
  writeFileSync(join(scratch, "SpaceTime.pck"), "pack");
  options = {
    executable,
    version: "2.5.0",
    commit: "c".repeat(40),
    seconds: 1_700_000_000,
    base: BASE,
    platform: "linux/amd64",
    out: join(scratch, "server.oci.tar"),
    root: process.cwd(),
    searchPath: scratch,
  };
});
afterEach(() => rmSync(scratch, { recursive: true }));

describe("the game server's image", () => {
  test("without a builder is exit code 3, with what to install", async () => {
    await expect(buildImage(options)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("Install buildah"),
    });
  });

  test.each(["debian:13-slim", "debian@sha256:abc", `debian:13@sha256:${"0".repeat(64)} --x`])(
    "from the base %s cannot be repeated, so it is rejected",
    async (base) => {
      await expect(buildImage({ ...options, base })).rejects.toThrow(/must be an image with its digest/);
    },
  );

  test("never replaces a file", async () => {
    writeFileSync(options.out, "older");
    await expect(buildImage(options)).rejects.toThrow(/exists/);
    expect(readFileSync(options.out, "utf8")).toBe("older");
  });

  /** Stands for a builder that fails, or ends without an error. */
  function installBuilder(script: string): void {
    const path = join(scratch, "buildah");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  test("whose build fails leaves no file, and reports the builder's message", async () => {
    installBuilder('touch "$SCRATCH"; echo "manifest unknown" >&2; exit 125');
    await expect(buildImage(options)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("manifest unknown"),
    });
    expect(existsSync(options.out)).toBe(false);
  });

  test("gets the server and its pack under the names of the contract", async () => {
    installBuilder(
      'for last; do :; done; ls server > "$(printf "%s\\n" "$@" | sed -n "s/^oci-archive:\\(.*\\):spacetime.*/\\1/p")"',
    );
    expect(await buildImage(options)).toBe("buildah");
    expect(readFileSync(options.out, "utf8")).toBe("spacetime-server\nspacetime-server.pck\n");
  });

  test("has the version, the commit and the time of the commit, with either builder", () => {
    for (const name of ["buildah", "docker"] as const) {
      const args = builderArguments(name, options, "out.tar");
      expect(args).toEqual(
        expect.arrayContaining([
          `BASE=${BASE}`,
          "org.opencontainers.image.version=2.5.0",
          `org.opencontainers.image.revision=${options.commit}`,
          "org.opencontainers.image.created=2023-11-14T22:13:20.000Z",
        ]),
      );
      expect(args.join(" ")).toContain("1700000000");
    }
  });

  test("fulfils the contract: tini, drain, no root, a writable HOME", () => {
    const dockerfile = readFileSync("release/image/Dockerfile", "utf8");
    expect(dockerfile).toMatch(/^ARG BASE\nFROM \$\{BASE\}$/m);
    expect(dockerfile).toMatch(
      /^ENTRYPOINT \["\/usr\/bin\/tini", "-g", "--", "\/usr\/local\/bin\/spacetime-server"\]$/m,
    );
    expect(dockerfile).toMatch(/^COPY --chmod=0755 drain \/usr\/local\/bin\/drain$/m);
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
    expect(dockerfile).toMatch(/^ENV HOME=\/tmp$/m);
  });
});
