import { createHash, hash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../components/shared/parse-json.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { OperationError } from "../../operations/errors.ts";
import { CHECKSUMS_FILE } from "../package/package-layout.ts";
import { readParts } from "./file-parts.ts";
import { OciRegistry } from "./oci-registry.ts";
import type { ReleaseIdentity } from "./publish-release.ts";
import { readCredentials } from "./registry-credentials.ts";
import type { ReleaseFile, ReleaseStore, UploadProgress } from "./release-store.ts";

export interface OciLocation {
  /** Host and port. */
  readonly host: string;
  readonly repository: string;
}

interface OciOptions {
  readonly location: OciLocation;
  readonly release: ReleaseIdentity;
  readonly env: NodeJS.ProcessEnv;
  /** Where the addresses of unfinished uploads are stored. */
  readonly stateDirectory: string;
  /** @default 16 MiB */
  readonly partBytes?: number;
}

const PART_BYTES = 16 * 1024 * 1024;

/** The checksums of a release have a few lines; a manifest, one layer per file. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const ARTIFACT_TYPE = "application/vnd.spacetime-vr.release.v1";
const TITLE = "org.opencontainers.image.title";

/** The config of an artifact without one (OCI image specification, "Guidance for an Empty Descriptor"). */
const EMPTY = "{}";
const EMPTY_DESCRIPTOR = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: `sha256:${hash("sha256", EMPTY)}`,
  size: EMPTY.length,
};

const manifestSchema = z.object({
  artifactType: z.string().optional(),
  layers: z.array(
    z.object({
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      size: z.int().min(0),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/**
 * A release as an artifact in an OCI registry, with its version as the tag. Files are blobs, which no tag names until the manifest is
 * written, at the end; the registry verifies the digest of each. `oras pull` restores the files.
 */
export function createOciStore(options: OciOptions): ReleaseStore {
  const { location, release, env, stateDirectory, partBytes = PART_BYTES } = options;
  const { host, repository } = location;
  const registry = new OciRegistry({ host, repository, credentials: () => readCredentials(host, env) });
  const tag = `v${release.version}`;
  const uploads = new BlobUploads(registry, join(stateDirectory, "uploads"), partBytes);
  return {
    location: `oci://${host}/${repository}:${tag}`,
    readPublished: () => readPublished(registry, tag),
    upload: (file, onProgress) => uploads.upload(file, onProgress),
    publish: async (files) => {
      await uploads.uploadText(EMPTY);
      const manifest = renderManifest(release, files);
      const headers = { "content-type": MANIFEST_TYPE };
      await registry.request("PUT", registry.url(`manifests/${tag}`), {
        headers,
        body: manifest,
        expected: [201],
      });
    },
  };
}

function renderManifest({ version, commit }: ReleaseIdentity, files: readonly ReleaseFile[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ARTIFACT_TYPE,
    config: EMPTY_DESCRIPTOR,
    layers: files.map(({ name, sha256, size }) => ({
      mediaType: "application/octet-stream",
      digest: `sha256:${sha256}`,
      size,
      annotations: { [TITLE]: name },
    })),
    annotations: {
      "org.opencontainers.image.title": "SpaceTime VR",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.revision": commit,
    },
  });
}

/** The checksums of the release with a tag; an empty text if the tag belongs to something else. */
async function readPublished(registry: OciRegistry, tag: string): Promise<string | undefined> {
  const response = await registry.request("GET", registry.url(`manifests/${tag}`), {
    headers: { accept: `${MANIFEST_TYPE}, application/vnd.oci.image.index.v1+json, */*` },
    expected: [200, 404],
  });
  if (response.status === 404) return undefined;
  const manifest = manifestSchema.safeParse(parseJson(await readText(response)));
  const layers = manifest.success && manifest.data.artifactType === ARTIFACT_TYPE ? manifest.data.layers : [];
  const layer = layers.find(({ annotations }) => annotations?.[TITLE] === CHECKSUMS_FILE);
  if (layer === undefined || layer.size > MAX_TEXT_BYTES) return "";
  const blob = await registry.request("GET", registry.url(`blobs/${layer.digest}`), { expected: [200] });
  return readText(blob);
}

/** @throws OperationError if the response is longer than any text of a release. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_TEXT_BYTES)
      throw protocolError(response.url, `answers with more than ${MAX_TEXT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function protocolError(subject: string, rule: string): OperationError {
  return new OperationError(1, { subject, rule, remedy: "Check the address: it must be an OCI registry." });
}

/** Where an upload continues. */
interface Session {
  readonly url: URL;
  /** The bytes that the registry has. */
  readonly offset: number;
}

/** Uploads blobs in parts. The address of an unfinished upload is stored, so that another run continues it. */
class BlobUploads {
  readonly #registry: OciRegistry;
  readonly #directory: string;
  readonly #partBytes: number;

  constructor(registry: OciRegistry, directory: string, partBytes: number) {
    this.#registry = registry;
    this.#directory = directory;
    this.#partBytes = partBytes;
  }

  async upload(file: ReleaseFile, onProgress: UploadProgress): Promise<void> {
    const digest = `sha256:${file.sha256}`;
    if (await this.#exists(digest)) return onProgress(file.size);
    const state = this.#stateFile(digest);
    let { url, offset } = (await this.#resume(state, file.size)) ?? (await this.#start());
    for await (const { start, bytes } of readParts(file, this.#partBytes)) {
      const end = start + bytes.length;
      if (end > offset) {
        const rest = bytes.subarray(Math.max(0, offset - start));
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
        writeAtomically(state, (path) => writeFileSync(path, url.href, { mode: 0o600 }));
        url = await this.#sendPart(url, end - rest.length, rest);
        offset = end;
      }
      onProgress(end);
    }
    await this.#finish(url, digest);
    rmSync(state, { force: true });
  }

  async uploadText(text: string): Promise<void> {
    const digest = `sha256:${hash("sha256", text)}`;
    if (await this.#exists(digest)) return;
    const { url } = await this.#start();
    await this.#finish(await this.#sendPart(url, 0, Buffer.from(text)), digest);
  }

  async #exists(digest: string): Promise<boolean> {
    const url = this.#registry.url(`blobs/${digest}`);
    return (await this.#registry.request("HEAD", url, { expected: [200, 404] })).status === 200;
  }

  async #start(): Promise<Session> {
    const url = this.#registry.url("blobs/uploads/");
    const response = await this.#registry.request("POST", url, { expected: [202] });
    return { url: locationOf(response, url), offset: 0 };
  }

  /** The upload that an earlier run began, if the registry still has it. */
  async #resume(state: string, size: number): Promise<Session | undefined> {
    const saved = readSavedUrl(state);
    // Credentials are sent there, so a changed file must not lead elsewhere.
    if (saved?.origin !== this.#registry.origin) return undefined;
    const response = await this.#registry
      .request("GET", saved, { expected: [204, 400, 404] })
      .catch(() => undefined);
    const [, end] = /^(?:bytes=)?0-(\d+)$/.exec(response?.headers.get("range") ?? "") ?? [];
    if (response?.status !== 204 || end === undefined) return undefined;
    // Registries answer 0-0 for an upload without a byte, too.
    const offset = Number(end) === 0 ? 0 : Number(end) + 1;
    return offset <= size ? { url: locationOf(response, saved), offset } : undefined;
  }

  async #sendPart(url: URL, start: number, bytes: Buffer): Promise<URL> {
    if (bytes.length === 0) return url;
    const headers = {
      "content-type": "application/octet-stream",
      "content-range": `${start}-${start + bytes.length - 1}`,
    };
    const response = await this.#registry.request("PATCH", url, { headers, body: bytes, expected: [202] });
    return locationOf(response, url);
  }

  /** The registry compares the digest of what it received. */
  async #finish(url: URL, digest: string): Promise<void> {
    const target = new URL(url);
    target.searchParams.set("digest", digest);
    await this.#registry.request("PUT", target, { expected: [201] });
  }

  #stateFile(digest: string): string {
    const id = createHash("sha256").update(`${this.#registry.url("").href} ${digest}`);
    return join(this.#directory, id.digest("hex").slice(0, 32));
  }
}

function readSavedUrl(file: string): URL | undefined {
  try {
    return URL.parse(readFileSync(file, "utf8")) ?? undefined;
  } catch {
    return undefined;
  }
}

function locationOf(response: Response, base: URL): URL {
  const location = URL.parse(response.headers.get("location") ?? "", base.href);
  if (location === null || !response.headers.has("location"))
    throw protocolError(base.origin, "does not say where the upload continues");
  return location;
}
