import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { messageOf, TestToolError } from "../../go-build/errors.ts";
import { cacheDirectory, type GoBuildOptions } from "../../go-build/go-build.ts";
import { withLock } from "../../go-build/lock.ts";
import { type Layer, readLayer } from "./oci-layout.ts";

/** The Debian release whose packages are closest to the pinned images: Postgres 18, Prometheus 3.5, the same exporters, Node 24. */
const SUITE = "forky";

const PACKAGES = [
  "ca-certificates",
  "curl",
  "nginx-light",
  "nodejs",
  "openssl",
  "perl",
  "postgresql",
  "procps",
  "prometheus",
  "prometheus-alertmanager",
  "prometheus-blackbox-exporter",
  "prometheus-nginx-exporter",
  "prometheus-node-exporter",
  "prometheus-postgres-exporter",
  "prometheus-redis-exporter",
  "redis-server",
  "tini",
];

const SCRIPT = path.join(import.meta.dirname, "root-filesystem.sh");

/** Returns the root file system that all images share; makes it from Debian packages if it is not cached. */
export async function ensureRootFilesystem(options: GoBuildOptions = {}): Promise<Layer> {
  const root = cacheDirectory("cluster-images", options.env);
  const key = createHash("sha256")
    .update(await readFile(SCRIPT))
    .update(JSON.stringify([SUITE, PACKAGES]));
  const target = path.join(root, `debian-${SUITE}-${key.digest("hex").slice(0, 12)}.tar`);
  const cached = await readCached(target);
  if (cached !== undefined) return cached;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const build = async () => (await readCached(target)) ?? (await buildRootFilesystem(target, options));
  return await withLock(`${target}.lock`, build, {
    onWait: () => options.progress?.("another run is making the images; waiting for it"),
    signal: options.signal,
  });
}

/** The digest is cached too, because hashing the file takes longer than anything else before the start. */
async function readCached(target: string): Promise<Layer | undefined> {
  if (!existsSync(target)) return undefined;
  const { digest, size } = JSON.parse(await readFile(descriptorFile(target), "utf8"));
  return { file: target, digest, size };
}

function descriptorFile(target: string): string {
  return `${target}.json`;
}

async function buildRootFilesystem(target: string, { progress, signal }: GoBuildOptions): Promise<Layer> {
  progress?.(`making the images from packages of Debian ${SUITE}, once for this machine: about one minute`);
  const scratch = `${target}.building-${randomUUID()}`;
  try {
    const args = [SCRIPT, SUITE, PACKAGES.join(","), scratch];
    await promisify(execFile)("bash", args, { signal, maxBuffer: 2 ** 24 });
    const { digest, size } = await readLayer(scratch);
    await writeFile(descriptorFile(target), JSON.stringify({ digest, size }));
    await rename(scratch, target);
    return { file: target, digest, size };
  } catch (error) {
    throw new TestToolError(`The root file system of the images could not be made: ${messageOf(error)}`, 1, {
      cause: error,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
