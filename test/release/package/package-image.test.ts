import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { imageEntry } from "../../../release/package/package-image.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const REFERENCE = `registry.example.com/server@${DIGEST}`;

let scratch = "";
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-package-image-"));
});
afterEach(() => rmSync(scratch, { recursive: true }));

function writeArchive(index: string, name = "index.json"): string {
  writeFileSync(join(scratch, "before"), "x".repeat(700));
  writeFileSync(join(scratch, name), index);
  const archive = join(scratch, "image.tar");
  execFileSync("tar", ["-cf", archive, "-C", scratch, "before", name]);
  return archive;
}

describe("the image in a package", () => {
  test("is the one that the manifests name", () => {
    const archive = writeArchive(JSON.stringify({ manifests: [{ digest: DIGEST }] }));
    expect(imageEntry(archive, REFERENCE)).toMatchObject({
      path: "binaries/spacetime-server.oci.tar",
      content: { file: archive, size: 10_240 },
    });
  });

  test("with another digest is rejected, because no node would pull it", () => {
    const archive = writeArchive(JSON.stringify({ manifests: [{ digest: `sha256:${"9".repeat(64)}` }] }));
    expect(() => imageEntry(archive, REFERENCE)).toThrow(
      /has the digest sha256:9+, and gameServer.image names/,
    );
  });

  test.each([
    ["without an index", "{}", "other.json"],
    [
      "with several images",
      JSON.stringify({ manifests: [{ digest: DIGEST }, { digest: DIGEST }] }),
      "index.json",
    ],
    ["with a damaged index", "{", "index.json"],
  ])("%s is not an image", (_name, index, name) => {
    expect(() => imageEntry(writeArchive(index, name), REFERENCE)).toThrow(
      /is not an OCI archive with one image/,
    );
  });

  test("that is a text, or does not exist, is a usage error", () => {
    writeFileSync(join(scratch, "text"), "hello".repeat(500));
    expect(() => imageEntry(join(scratch, "text"), REFERENCE)).toThrow(/is not an OCI archive/);
    expect(() => imageEntry(join(scratch, "nowhere"), REFERENCE)).toThrow(/cannot be read/);
  });
});

describe("the sources of the game", () => {
  /** Runs in a process of its own, because the scanner of secrets consists of ES modules, which jest does not load. */
  function pack(files: Readonly<Record<string, string>>, track = true): readonly string[] {
    const project = join(scratch, "game");
    mkdirSync(project);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
    execFileSync("git", ["init", "--quiet"], { cwd: project });
    if (track) execFileSync("git", ["add", "--all"], { cwd: project });
    const options = JSON.stringify({ project, directory: scratch, version: "2.5.0", seconds: 0 });
    const module = JSON.stringify(pathToFileURL(resolve("release/package/source-archive.ts")).href);
    const code = `import { writeSourceArchives } from ${module}; console.log(JSON.stringify(await writeSourceArchives(${options})));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as string[];
  }

  test("are what git tracks, in both formats", () => {
    const [tarGz = "", zip = ""] = pack({ "project.godot": "", "main.gd": "extends Node" });
    const list = (...args: readonly string[]) =>
      execFileSync("tar", args, { encoding: "utf8" }).trim().split("\n");
    expect(list("-tzf", tarGz)).toEqual([
      "spacetime-vr-source-v2.5.0/main.gd",
      "spacetime-vr-source-v2.5.0/project.godot",
    ]);
    expect(zip).toMatch(/spacetime-vr-source-v2\.5\.0\.zip$/);
  });

  test("never contain the credentials of exports, or a key in a script", () => {
    const files = { "project.godot": "", "export_credentials.cfg": "[preset.0]" };
    expect(() => pack(files)).toThrow(/export_credentials.cfg: contains the credentials/);
    rmSync(join(scratch, "game"), { recursive: true });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = privateKey.export({ type: "pkcs1", format: "pem" });
    const leak = { "project.godot": "", "main.gd": `const KEY = """${key}"""` };
    expect(() => pack(leak)).toThrow(/main\.gd:1: must not contain a credential/);
  });

  test("must be in a repository, so that imported and personal files are not shipped", () => {
    expect(() => pack({ "project.godot": "" }, false)).toThrow(/in a git repository that tracks/);
  });
});
