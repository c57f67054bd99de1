import { execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseObjects } from "../../../release/deployment/kubernetes-objects.ts";
import { writeGameExport } from "../../release/exports/support/game-export.ts";
import { createKeyPair } from "../../release/support/sample-release.ts";
import { type CliResult, runCliProcess } from "../../support/run-cli.ts";
import { buildControlPlane, type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { ensureReleasePrograms } from "./programs/release-programs.ts";
import { ReleaseProject } from "./support/release-project.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const TIMEOUT_MS = 15 * 60_000;

let scratch = "";
let plane: ControlPlane;
let context = "";
let env: NodeJS.ProcessEnv = {};
let project: ReleaseProject;
let publicKey = "";

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-package-"));
  plane = await startControlPlane();
  if (!plane.existing) await plane.createVolumes({ storageClass: "standard", count: 8 });
  const programs = await buildControlPlane();
  const path = `${programs}:${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  env = {
    ...process.env,
    PATH: path,
    KUBECONFIG: plane.kubeconfig,
    SPACETIME_VR_LOGS: join(scratch, "logs"),
  };
  context = execFileSync("kubectl", ["config", "current-context"], { env, encoding: "utf8" }).trim();
  project = new ReleaseProject(join(scratch, "project"));
  project.commit("feat(gateway): players connect");
  writeGameExport(join(scratch, "export"));
  const keys = await createKeyPair(scratch, "publisher");
  publicKey = keys.publicKeyFile;
  writeFileSync(join(scratch, "key.asc"), keys.privateKey.armor(), { mode: 0o600 });
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await plane?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const release = (...args: readonly string[]): Promise<CliResult> =>
  runCliProcess(project.directory, ["release", ...args], env);

/** Builds, signs, verifies and unpacks a version, as publisher and receiver do. Returns the unpacked package. */
async function publish(version: string, ...options: readonly string[]): Promise<string> {
  const out = join(scratch, `dist-${version}`);
  const sign = ["--sign", join(scratch, "key.asc")];
  const built = await release(
    "build",
    version,
    "--export",
    join(scratch, "export"),
    "--out",
    out,
    ...sign,
    ...options,
  );
  expect(built).toMatchObject({ exitCode: 0 });
  const archive = join(out, `spacetime-vr-v${version}.tar.gz`);
  const verified = await release("verify", archive, "--key", publicKey, "--extract", scratch);
  expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("is valid") });
  return join(scratch, `spacetime-vr-v${version}`);
}

/** The same value with the keys of every object in order. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const entries = Object.entries(value).map(([key, inner]) => [key, sortKeys(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** An OCI archive whose image has the digest of the stack file. */
function writeImageArchive(): string {
  const layout = join(scratch, "layout");
  mkdirSync(layout);
  const digest = `sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`;
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ digest }] }));
  const archive = join(scratch, "server.oci.tar");
  execFileSync("tar", ["-cf", archive, "-C", layout, "oci-layout", "index.json"]);
  return archive;
}

/** A Godot project in a git repository, with a file that is not tracked. */
function writeGameProject(): string {
  const game = join(scratch, "game");
  mkdirSync(join(game, "addons"), { recursive: true });
  writeFileSync(join(game, "project.godot"), "config_version=5\n");
  writeFileSync(join(game, "vr_main.gd"), "extends Node\n");
  writeFileSync(join(game, "addons/gut.gd"), "extends Node\n");
  execFileSync("git", ["init", "--quiet"], { cwd: game });
  execFileSync("git", ["add", "--all"], { cwd: game });
  writeFileSync(join(game, "export_credentials.cfg"), "password\n");
  return game;
}

/** Runs a script of a package. */
async function run(directory: string, script: string, ...args: readonly string[]): Promise<CliResult> {
  const child = spawn(join(directory, "scripts", script), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { exitCode, stdout, stderr };
}

/** The Secret objects of a package with references instead of values. */
function writeUnfilledSecrets(directory: string): string {
  const unfilled = join(scratch, "unfilled");
  mkdirSync(unfilled, { mode: 0o700 });
  for (const file of globSync(`${directory}/kubernetes/base/*/secret-*.yaml`)) {
    const path = join(unfilled, `${basename(dirname(file))}-${basename(file)}`);
    writeFileSync(path, readFileSync(file), { mode: 0o600 });
  }
  return unfilled;
}

async function gameServerImage(): Promise<string> {
  const path = "{.spec.template.spec.containers[0].image}";
  return plane.kubectl(["get", "deployment/game-server-main", "-n", "spacetime", "-o", `jsonpath=${path}`]);
}

describe("a package from the build to the rollback", () => {
  let first = "";
  let second = "";
  let secrets = "";
  let firstImage = "";

  test(
    "is built twice with the same bytes, verified and unpacked",
    async () => {
      const image = writeImageArchive();
      const game = writeGameProject();
      first = await publish("2.5.0", "--twice", "--image", image, "--project", game);
      expect(readFileSync(join(first, "binaries/spacetime-server.oci.tar"))).toEqual(readFileSync(image));
      const sources = join(scratch, "dist-2.5.0", "spacetime-vr-source-v2.5.0.tar.gz");
      const names = execFileSync("tar", ["-tzf", sources], { encoding: "utf8" }).trim().split("\n");
      const root = "spacetime-vr-source-v2.5.0/";
      expect(names).toEqual([`${root}addons/gut.gd`, `${root}project.godot`, `${root}vr_main.gd`]);
      project.tag("v2.5.0");
      expect(statSync(join(first, "scripts/deployment/deploy.sh")).mode & 0o777).toBe(0o755);
      execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: first });
      secrets = join(scratch, "secrets");
      const generated = await run(first, "deployment/generate_secrets.sh", secrets);
      expect(generated).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("Secret objects in secrets.yaml"),
      });
    },
    TIMEOUT_MS,
  );

  test("its manifest and its bill of materials match their published schemas", () => {
    const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
    const manifestSchema = read(join(first, "docs/reference/package-manifest.schema.json"));
    const validateManifest = new Ajv2020({ validateFormats: false }).compile(manifestSchema);
    expect([validateManifest(read(join(first, "MANIFEST.json"))), validateManifest.errors]).toEqual([
      true,
      null,
    ]);
    const schemas = "node_modules/@cyclonedx/cyclonedx-library/res/schema";
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
      const file = `${name}.SNAPSHOT.schema.json`;
      ajv.addSchema(read(`${schemas}/${file}`), `http://cyclonedx.org/schema/${file}`);
    }
    const validateSbom = ajv.compile(read(`${schemas}/bom-1.6.SNAPSHOT.schema.json`));
    const sbom = read(join(first, "security/sbom.cdx.json"));
    expect([validateSbom(sbom), validateSbom.errors]).toEqual([true, null]);
    const names = sbom.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["commander", "docker.io/library/redis", "binaries/SpaceTime.pck"]),
    );
  });

  test(
    "its Helm chart renders to the objects of its overlays, and another domain has a certificate of its own",
    async () => {
      const { helm } = await ensureReleasePrograms();
      const objectsOf = (program: string, ...args: readonly string[]) =>
        parseObjects(execFileSync(program, args, { env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }))
          .map((object) => JSON.stringify(sortKeys(object)))
          .toSorted();
      const chart = join(first, "kubernetes/helm/spacetime-vr");
      for (const size of ["production", "staging"]) {
        const settings = `size=${size},unfilledSecrets=true`;
        const rendered = objectsOf(helm, "template", "site", chart, "--set", settings);
        expect(rendered).toEqual(objectsOf("kubectl", "kustomize", join(first, "kubernetes/overlays", size)));
      }
      const directory = join(scratch, "other-domain");
      const args = [directory, "--domain", "play.site.example"];
      expect(await run(first, "deployment/generate_secrets.sh", ...args)).toMatchObject({ exitCode: 0 });
      const certificate = readFileSync(join(directory, "secrets.yaml"), "utf8");
      const [pem = ""] = parseObjects(certificate)
        .filter(({ metadata }) => (metadata as { name: string }).name === "gateway-tls")
        .map(({ stringData }) => (stringData as Record<string, string>)["tls.crt"]);
      expect(new X509Certificate(pem).subjectAltName).toBe("DNS:play.site.example");
    },
    TIMEOUT_MS,
  );

  test(
    "a second release in the same directory, example values and uncommitted changes are rejected",
    async () => {
      const args = ["build", "2.5.0", "--export", join(scratch, "export")];
      const again = await release(...args, "--out", join(scratch, "dist-2.5.0"));
      expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not empty") });
      writeFileSync(join(project.directory, "note.txt"), "x");
      const dirty = await release(...args, "--out", join(scratch, "dirty"));
      expect(dirty).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("differs from its commit (note.txt)"),
      });
      rmSync(join(project.directory, "note.txt"));
      const example = new ReleaseProject(join(scratch, "example"));
      example.commit("feat: example", (changed) => {
        changed.gateway.domain = "play.example.com";
      });
      const unfilled = await runCliProcess(
        example.directory,
        ["release", ...args, "--out", join(scratch, "x")],
        env,
      );
      expect(unfilled).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("gateway.domain") });
    },
    TIMEOUT_MS,
  );

  test(
    "a wrong context, missing or unfilled secrets and a changed package are rejected before anything changes",
    async () => {
      const deploy = (directory: string, args: readonly string[]) =>
        run(directory, "deployment/deploy.sh", "production", ...args);
      const rejected = async (args: readonly string[], message: string, directory = first) =>
        expect(await deploy(directory, args)).toMatchObject({
          exitCode: 2,
          stdout: expect.stringContaining(message),
        });
      await rejected(["--context", "production", "--secrets", secrets], "is not a context of the kubeconfig");
      const empty = join(scratch, "empty");
      mkdirSync(empty, { mode: 0o700 });
      await rejected(["--context", context, "--secrets", empty], "is not in the secrets directory");
      const unfilled = writeUnfilledSecrets(first);
      await rejected(["--context", context, "--secrets", unfilled], "is a placeholder");
      chmodSync(globSync(`${unfilled}/*.yaml`)[0] ?? "", 0o644);
      await rejected(["--context", context, "--secrets", unfilled], "can be read by other users");
      const changed = join(scratch, "changed");
      cpSync(first, changed, { recursive: true });
      appendFileSync(join(changed, "kubernetes/base/spacetime/statefulset-redis.yaml"), "# changed\n");
      await rejected(["--context", context, "--secrets", secrets], "was changed or removed", changed);
      await plane.kubectl(["create", "namespace", "spacetime"]);
      await rejected(["--context", context, "--secrets", secrets], "belongs to something else");
      await plane.kubectl(["delete", "namespace", "spacetime", "--wait"]);
      expect(await plane.kubectl(["get", "namespaces", "-o", "name"])).not.toContain("spacetime");
    },
    TIMEOUT_MS,
  );

  test(
    "deploy.sh deploys it, and running it again changes nothing",
    async () => {
      const args = ["production", "--context", context, "--secrets", secrets];
      const deployed = await run(first, "deployment/deploy.sh", ...args);
      expect(deployed).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^revision 1: version 2.5.0, production, deployed\n.* s in total/),
      });
      firstImage = await gameServerImage();
      const again = await run(first, "deployment/deploy.sh", ...args);
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^revision 1: /) });
      const monitoring = await run(first, "deployment/setup_monitoring.sh", "--context", context);
      expect(monitoring).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("statefulset/prometheus"),
      });
      for (const log of globSync(join(scratch, "logs", "*.log"))) {
        const content = readFileSync(log, "utf8");
        for (const file of globSync(join(secrets, "secrets", "*"))) {
          expect(content).not.toContain(readFileSync(file, "utf8").trim());
        }
      }
    },
    TIMEOUT_MS,
  );

  test(
    "an upgrade that is killed is completed by running it again",
    async () => {
      project.commit("fix(server)!: another image", (changed) => {
        changed.gameServer.image = `registry.spacetime-vr.com/game/server@sha256:${"0123456789abcdef".repeat(4)}`;
      });
      second = await publish("2.6.0");
      const args = ["production", "--context", context, "--secrets", secrets];
      expect(await run(second, "deployment/generate_secrets.sh", secrets)).toMatchObject({ exitCode: 0 });
      const cli = join(second, "bin", "spacetime-vr.mjs");
      const killed = spawn(process.execPath, [cli, "package", "deploy", ...args], { env, stdio: "ignore" });
      const closed = once(killed, "close");
      const revisions = () => plane.kubectl(["get", "configmaps", "-n", "spacetime", "-o", "name"]);
      while (!(await revisions()).includes("spacetime-vr-revision-2")) expect(killed.exitCode).toBeNull();
      killed.kill("SIGKILL");
      await closed;
      const list = await run(second, "deployment/rollback.sh", "--context", context, "--list");
      expect(list.stdout).toMatch(/ 2 .* 2\.6\.0 .* deploying$/m);
      const resumed = await run(second, "deployment/deploy.sh", ...args);
      expect(resumed).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^revision 2: version 2.6.0/),
      });
      expect(await gameServerImage()).not.toBe(firstImage);
    },
    TIMEOUT_MS,
  );

  test("its release notes name the changes since the previous release", () => {
    const notes = readFileSync(join(scratch, "dist-2.6.0", "RELEASE_NOTES_v2.6.0.md"), "utf8");
    expect(notes).toMatch(/## Breaking changes\n\n- \*\*server\*\*: another image/);
    expect(notes).toContain("Compared with v2.5.0");
    expect(notes).toMatch(/## Omitted sections[\s\S]*- What is new: no commit of type feat/);
  });

  test(
    "rollback.sh returns to the earlier release, without its package",
    async () => {
      rmSync(first, { recursive: true });
      const rolledBack = await run(second, "deployment/rollback.sh", "--context", context, "--yes");
      expect(rolledBack).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^revision 3 \(as revision 1\): version 2.5.0/),
      });
      expect(await gameServerImage()).toBe(firstImage);
      const [, seconds = ""] = /([\d.]+) s in total/.exec(rolledBack.stdout) ?? [];
      expect(Number(seconds)).toBeLessThan(300);
    },
    TIMEOUT_MS,
  );
});
