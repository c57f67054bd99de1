import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { ImageConfig } from "./image-configs.ts";

/** A layer: an uncompressed tar. */
export interface Layer {
  readonly file: string;
  /** Such as `sha256:…`; of an uncompressed layer also its diff id. */
  readonly digest: string;
  readonly size: number;
}

/** Hashes a file. */
export async function readLayer(file: string): Promise<Layer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { file, digest: `sha256:${hash.digest("hex")}`, size: (await stat(file)).size };
}

/** An image to write: its name has a tag, or is completed with `@` and its digest. */
export interface Image {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Writes an OCI image layout with images that share layers, each under its own name, and returns the names.
 * Source: the OCI image specification 1.1 and containerd's annotation for names.
 */
export async function writeLayout(directory: string, images: readonly Image[]): Promise<string[]> {
  const blobs = path.join(directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true, mode: 0o700 });
  const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.digest, layer]));
  for (const { file, digest } of layers.values()) await linkOrCopy(file, path.join(blobs, hexOf(digest)));
  const written = [];
  for (const image of images) written.push(await writeImage(blobs, image));
  const manifests = written.map(({ name, descriptor }) => ({
    ...descriptor,
    annotations: { "io.containerd.image.name": name },
  }));
  await writeFile(path.join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(path.join(directory, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  return written.map(({ name }) => name);
}

async function writeImage(blobs: string, { repository, tag, config, layers }: Image) {
  const configDescriptor = await writeBlob(blobs, "application/vnd.oci.image.config.v1+json", {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: {
      Entrypoint: config.entrypoint,
      Cmd: config.command,
      Env: environmentOf(config),
      User: config.user,
      WorkingDir: config.workingDirectory ?? "/",
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  });
  const descriptor = await writeBlob(blobs, "application/vnd.oci.image.manifest.v1+json", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: configDescriptor,
    layers: layers.map(({ digest, size }) => ({
      mediaType: "application/vnd.oci.image.layer.v1.tar",
      digest,
      size,
    })),
  });
  const name = tag === undefined ? `${repository}@${descriptor.digest}` : `${repository}:${tag}`;
  return { name, descriptor };
}

function environmentOf({ env = {} }: ImageConfig): string[] {
  const search =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/lib/postgresql/18/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return [search, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
}

async function writeBlob(blobs: string, mediaType: string, value: object): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const hex = createHash("sha256").update(text).digest("hex");
  await writeFile(path.join(blobs, hex), text);
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

function hexOf(digest: string): string {
  return digest.slice("sha256:".length);
}
