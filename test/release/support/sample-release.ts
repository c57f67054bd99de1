import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { formatChecksums } from "../../../release/package/checksums.ts";
import { type PackageManifest, PERFORMANCE_TARGETS } from "../../../release/package/manifest.ts";
import { PACKAGE_DIRECTORIES, REQUIRED_FILES } from "../../../release/package/package-layout.ts";
import { createProvenance, type Provenance } from "../../../release/provenance/provenance.ts";
import { packTarGz, packZip, type RawFile } from "./raw-archives.ts";

export const VERSION = "2.5.0";
export const ROOT = `spacetime-vr-v${VERSION}`;
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** The keys of a publisher. */
export interface KeyPair {
  readonly privateKey: openpgp.PrivateKey;
  readonly publicKeyFile: string;
}

/** Creates a key pair and writes the public key to a file. */
export async function createKeyPair(directory: string, name: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await openpgp.generateKey({ userIDs: [{ name }], format: "object" });
  const publicKeyFile = join(directory, `${name}.asc`);
  writeFileSync(publicKeyFile, publicKey.armor());
  return { privateKey, publicKeyFile };
}

type Text = Record<string, unknown>;

/** How a release differs from a valid one. Each step works on the result of the previous ones. */
export interface Tampering {
  /** Changes the files before the manifest is written, as a malicious publisher could. */
  readonly files?: (files: Map<string, string>) => void;
  readonly manifest?: (manifest: PackageManifest & Text) => void;
  /** Changes the files in the archive, after the manifest. */
  readonly packed?: (files: RawFile[]) => void;
  readonly packTarGz?: (files: readonly RawFile[]) => Buffer;
  readonly packZip?: (files: readonly RawFile[]) => Buffer;
  readonly sbom?: (sbom: { components: unknown[] } & Text) => void;
  /** The bill of materials beside the archive. */
  readonly sbomBeside?: string;
  readonly provenance?: (provenance: Provenance) => void;
  /** Changes SHA256SUMS before it is signed. */
  readonly sums?: (text: string) => string;
  /** Changes the directory after signing. */
  readonly directory?: (directory: string) => void;
}

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Writes a small release that is valid, except for what `tampering` changes. */
export async function writeSampleRelease(
  directory: string,
  signer: openpgp.PrivateKey,
  tampering: Tampering = {},
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const files = sampleFiles();
  const sbom = sampleSbom(files);
  tampering.sbom?.(sbom);
  files.set("security/sbom.cdx.json", JSON.stringify(sbom));
  tampering.files?.(files);
  const packed = packFiles(files, tampering);
  tampering.packed?.(packed);
  const artifacts = new Map<string, string | Buffer>([
    [`${ROOT}.tar.gz`, (tampering.packTarGz ?? packTarGz)(packed)],
    [`${ROOT}.zip`, (tampering.packZip ?? packZip)(packed)],
  ]);
  const provenance = sampleProvenance(artifacts);
  tampering.provenance?.(provenance);
  artifacts.set(`${ROOT}.cdx.json`, tampering.sbomBeside ?? files.get("security/sbom.cdx.json") ?? "");
  artifacts.set(`${ROOT}.provenance.json`, JSON.stringify(provenance));
  for (const [name, content] of artifacts) writeFileSync(join(directory, name), content);
  const sums = formatChecksums([...artifacts].map(([path, content]) => ({ path, sha256: sha256(content) })));
  const signed = tampering.sums?.(sums) ?? sums;
  const message = await openpgp.createMessage({ binary: Buffer.from(signed) });
  const signature = await openpgp.sign({ message, signingKeys: signer, detached: true });
  writeFileSync(join(directory, "SHA256SUMS"), signed);
  writeFileSync(join(directory, "SHA256SUMS.asc"), signature as string);
  tampering.directory?.(directory);
}

function sampleFiles(): Map<string, string> {
  const required = REQUIRED_FILES.filter((file) => !/MANIFEST|SHA256SUMS|sbom/.test(file));
  const files = new Map<string, string>(required.map((file) => [file, `${file}\n`]));
  for (const directory of PACKAGE_DIRECTORIES) files.set(`${directory}/file.md`, `# ${directory}\n`);
  files.set("binaries/spacetime-server", "\x7fELF");
  return files;
}

function sampleSbom(files: ReadonlyMap<string, string>) {
  const components = [...files]
    .filter(([path]) => path.startsWith("binaries/"))
    .map(([name, text]) => ({ type: "file", name, hashes: [{ alg: "SHA-256", content: sha256(text) }] }));
  const component = { type: "application", name: "spacetime-vr", version: VERSION };
  return { bomFormat: "CycloneDX", specVersion: "1.6", metadata: { component }, components };
}

/** The files with manifest and checksums, as they are packed. */
function packFiles(files: ReadonlyMap<string, string>, { manifest: change }: Tampering): RawFile[] {
  const listed = [...files].map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    sha256: sha256(text),
    mode: modeOf(path) === 0o755 ? ("0755" as const) : ("0644" as const),
  }));
  const under = (prefix: string) => listed.filter(({ path }) => path.startsWith(prefix));
  const manifest: PackageManifest = {
    schemaVersion: 1,
    name: "spacetime-vr",
    version: VERSION,
    build: { commit: COMMIT, date: "2026-11-28T00:00:00.000Z", reproducible: true },
    kubernetes: { objects: 1, kinds: { Namespace: 1 }, namespaces: ["spacetime"], overlays: ["production"] },
    images: ["docker.io/library/redis:8"],
    monitoring: { alerts: 1, recordingRules: 0, dashboards: [] },
    binaries: under("binaries/"),
    documentation: under("docs/").map(({ path }) => path),
    tests: under("tests/").map(({ path }) => path),
    targets: PERFORMANCE_TARGETS,
    files: listed,
  };
  change?.(manifest as PackageManifest & Text);
  const all = new Map([...files, ["MANIFEST.json", JSON.stringify(manifest)]]);
  const sums = formatChecksums([...all].map(([path, text]) => ({ path, sha256: sha256(text) })));
  return [...all, ["SHA256SUMS", sums] as const].map(([path, text]) => ({
    path: `${ROOT}/${path}`,
    mode: modeOf(path),
    content: Buffer.from(text),
  }));
}

function modeOf(path: string): 0o644 | 0o755 {
  return path.endsWith(".sh") ? 0o755 : 0o644;
}

function sampleProvenance(artifacts: ReadonlyMap<string, string | Buffer>): Provenance {
  const now = new Date("2026-11-28T00:00:00Z");
  return createProvenance({
    version: VERSION,
    commit: { id: COMMIT, branch: "main", seconds: 0, changes: [] },
    subjects: [...artifacts].map(([name, content]) => ({ name, sha256: sha256(content) })),
    materials: [],
    started: now,
    finished: now,
    builder: undefined,
  });
}
