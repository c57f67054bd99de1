import { readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TAR_END } from "../../../release/archive/tar-header.ts";
import { packTarGz, packZip, type RawFile } from "../support/raw-archives.ts";
import { ROOT, type Tampering } from "../support/sample-release.ts";

export type Format = "tar.gz" | "zip";

function changeByte(file: string) {
  return (directory: string): void => {
    const bytes = readFileSync(join(directory, file));
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(join(directory, file), bytes);
  };
}

const write = (file: string, text: string) => (directory: string) =>
  writeFileSync(join(directory, file), text);
const remove = (file: string) => (directory: string) => unlinkSync(join(directory, file));

/** A file of the archive by its path in the package, with changes. */
function change(path: string, changes: Partial<RawFile>) {
  return (files: RawFile[]): void => {
    const index = files.findIndex((file) => file.path === `${ROOT}/${path}`);
    files.splice(index, 1, { ...(files[index] as RawFile), ...changes });
  };
}

const added = (path: string): RawFile => ({ path, mode: 0o644, content: Buffer.from("added\n") });
const add = (path: string) => (files: RawFile[]) => void files.push(added(path));
const setType = (type: string) => (header: Buffer) => void header.write(type, 156, "latin1");

/** Changes on the way from the publisher to the receiver: the attacker cannot sign. */
export const TAMPERED_ON_THE_WAY: readonly (readonly [
  title: string,
  change: (directory: string) => void,
  problem: RegExp,
])[] = [
  [
    "one bit of the archive changed",
    changeByte(`${ROOT}.tar.gz`),
    /^checksums: spacetime-vr-v2.5.0.tar.gz: does not have the digest/,
  ],
  [
    "one bit of the other archive changed",
    changeByte(`${ROOT}.zip`),
    /^checksums: spacetime-vr-v2.5.0.zip: does not have the digest/,
  ],
  [
    "the archive is cut short",
    (directory) => truncateSync(join(directory, `${ROOT}.tar.gz`), 900),
    /^archive: .*: is cut short/,
  ],
  ["the list of checksums changed", changeByte("SHA256SUMS"), /^signature: SHA256SUMS.asc: is not valid/],
  ["the list of checksums is missing", remove("SHA256SUMS"), /^signature: .*SHA256SUMS is missing/],
  [
    "the signature is missing",
    remove("SHA256SUMS.asc"),
    /^signature: SHA256SUMS.asc: is missing: the release is not signed/,
  ],
  [
    "the signature is something else",
    write("SHA256SUMS.asc", "signed"),
    /^signature: .*: is not an armored OpenPGP signature/,
  ],
  ["a file was added", write("install.sh", "evil"), /^directory: install.sh: is not listed/],
  ["a file was removed", remove(`${ROOT}.zip`), /^checksums: .*zip: is listed in SHA256SUMS, but missing/],
  [
    "the bill of materials was replaced",
    write(`${ROOT}.cdx.json`, "{}"),
    /^sbom: .*: differs from security\/sbom.cdx.json/,
  ],
  [
    "the provenance was replaced",
    write(`${ROOT}.provenance.json`, "{}"),
    /^provenance: .*: is not an in-toto statement/,
  ],
  ["the provenance was removed", remove(`${ROOT}.provenance.json`), /^provenance: .*: is missing/],
];
/** A release that is signed, but not what a build produces: each kind has exactly one finding. */
export const TAMPERED_AND_SIGNED: readonly (readonly [
  title: string,
  format: Format,
  tampering: Tampering,
  problem: RegExp,
])[] = [
  [
    "a file that the manifest does not list",
    "tar.gz",
    { packed: add(`${ROOT}/scripts/extra.sh`) },
    /^manifest: scripts\/extra.sh: is not listed in MANIFEST.json/,
  ],
  [
    "a file that only the manifest lists",
    "tar.gz",
    { packed: (files) => void files.splice(3, 1) },
    /^manifest: .*: is listed in MANIFEST.json, but missing/,
  ],
  [
    "another content",
    "zip",
    { packed: change("LICENSE", { content: Buffer.from("MIT") }) },
    /^manifest: LICENSE: does not have the digest in MANIFEST.json/,
  ],
  [
    "other permissions",
    "tar.gz",
    { packed: change("LICENSE", { mode: 0o755 }) },
    /^manifest: LICENSE: has the permissions 0755 instead of 0644/,
  ],
  [
    "a set-user-ID program",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: (header) => void header.write("0004755", 100) }) },
    /^archive: .*LICENSE: is an entry that is not a plain file/,
  ],
  [
    "a path that leaves the directory",
    "tar.gz",
    { packed: add(`${ROOT}/../../etc/cron.d/x`) },
    /^archive: .*: leaves the directory of the package/,
  ],
  [
    "a path that leaves the directory",
    "zip",
    { packed: add("../x") },
    /^archive: ..\/x: leaves the directory of the package/,
  ],
  ["an absolute path", "zip", { packed: add("/etc/passwd") }, /^archive: \/etc\/passwd: is an absolute path/],
  ["an absolute path of Windows", "zip", { packed: add("C:/x") }, /^archive: C:\/x: is an absolute path/],
  ["a path with backslashes", "zip", { packed: add(`${ROOT}\\..\\x`) }, /^archive: .*: contains a backslash/],
  [
    "a device name of Windows",
    "zip",
    { packed: add(`${ROOT}/docs/aux.md`) },
    /^archive: .*: contains a name that Windows cannot create/,
  ],
  [
    "a second root directory",
    "tar.gz",
    { packed: add("other/file") },
    /^archive: other\/file: is outside of the directory/,
  ],
  ["the same path twice", "tar.gz", { packed: add(`${ROOT}/LICENSE`) }, /^archive: .*LICENSE: exists twice/],
  [
    "the same path in another case",
    "zip",
    { packed: add(`${ROOT}/license`) },
    /^archive: .*license: exists twice/,
  ],
  [
    "a symbolic link",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: setType("2") }) },
    /^archive: .*LICENSE: is a symbolic link/,
  ],
  [
    "a symbolic link",
    "zip",
    {
      packed: change("LICENSE", {
        zipHeader: (header) => void header.writeUInt32LE((0o120777 << 16) >>> 0, 38),
      }),
    },
    /^archive: .*LICENSE: is a symbolic link/,
  ],
  [
    "a hard link",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: setType("1") }) },
    /^archive: .*LICENSE: is a hard link/,
  ],
  [
    "a device",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: setType("3") }) },
    /^archive: .*LICENSE: is a device/,
  ],
  [
    "an extended header",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: setType("x") }) },
    /^archive: .*LICENSE: is an entry that is not a plain file/,
  ],
  [
    "an owner",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: (header) => void header.write("root", 265) }) },
    /^archive: .*LICENSE: is an entry that is not a plain file/,
  ],
  [
    "another modification time",
    "tar.gz",
    { packed: change("LICENSE", { tarHeader: (header) => void header.write("14500000001", 136) }) },
    /^archive: .*LICENSE: has another modification time/,
  ],
  [
    "data after the gzip stream",
    "tar.gz",
    { packTarGz: (files) => Buffer.concat([packTarGz(files), Buffer.alloc(8)]) },
    /^archive: .*: contains data after the end of the gzip stream/,
  ],
  [
    "a second tar archive",
    "tar.gz",
    { packTarGz: (files) => Buffer.concat([packTarGz(files), packTarGz([added("x")])]) },
    /^archive: .*: contains data after the end of the tar archive/,
  ],
  [
    "no end of the tar archive",
    "tar.gz",
    { packTarGz: (files) => packTarGz(files, TAR_END.subarray(512)) },
    /^archive: .*: is cut short/,
  ],
  [
    "a program before the zip archive",
    "zip",
    { packZip: (files) => packZip(files, "#!/bin/sh\n") },
    /^archive: .*: overlaps another entry or leaves a gap/,
  ],
  [
    "data before the zip directory",
    "zip",
    { packZip: (files) => packZip(files, "", "hidden") },
    /^archive: .*: contains data between its entries and its directory/,
  ],
  [
    "a comment of the zip archive",
    "zip",
    { packZip: (files) => Buffer.concat([packZip(files), Buffer.from("x")]) },
    /^archive: .*: does not end with a zip directory/,
  ],
  [
    "a local header with another name",
    "zip",
    { packed: change("LICENSE", { localPath: `${ROOT}/LICENSF` }) },
    /^archive: .*LICENSE: has a local header that contradicts the zip directory/,
  ],
  [
    "an entry that inflates to more than it says",
    "zip",
    { packed: change("LICENSE", { content: Buffer.alloc(5_000_000), statedSize: 8 }) },
    /^archive: .*LICENSE: decompresses to more bytes than it says/,
  ],
  [
    "an entry that inflates to less than it says",
    "zip",
    { packed: change("LICENSE", { statedSize: 800 }) },
    /^archive: .*LICENSE: does not have the size or CRC that it says/,
  ],
  [
    "an archive that SHA256SUMS does not list",
    "zip",
    { sums: (text) => text.replace(/^.*\.zip\n/m, "") },
    /^checksums: .*zip: is not listed in SHA256SUMS/,
  ],
  [
    "checksums of files elsewhere",
    "zip",
    { sums: (text) => text.replace(/ {2}(.*cdx)/, "  ../$1") },
    /^checksums: SHA256SUMS: is missing or has lines of another format/,
  ],
  [
    "a manifest that does not match its schema",
    "tar.gz",
    { manifest: (manifest) => Object.assign(manifest, { extra: true }) },
    /^manifest: MANIFEST.json: .*: does not match its schema/,
  ],
  [
    "a manifest of another version",
    "tar.gz",
    { manifest: (manifest) => Object.assign(manifest, { version: "2.4.0" }) },
    /^manifest: MANIFEST.json: version: is not 2.5.0/,
  ],
  [
    "no manifest",
    "tar.gz",
    { packed: change("MANIFEST.json", { path: `${ROOT}/docs/moved.json` }) },
    /^manifest: MANIFEST.json: is missing/,
  ],
  [
    "wrong checksums in the package",
    "tar.gz",
    { packed: change("SHA256SUMS", { content: Buffer.from("") }) },
    /^manifest: SHA256SUMS: in the package does not list its files/,
  ],
  [
    "no rollback script",
    "tar.gz",
    { files: (files) => void files.delete("scripts/deployment/rollback.sh") },
    /^structure: scripts\/deployment\/rollback.sh: is missing/,
  ],
  [
    "an empty directory of the structure",
    "tar.gz",
    { files: (files) => void files.delete("security/reports/file.md") },
    /^structure: security\/reports\/: is missing/,
  ],
  [
    "a bill of materials without a binary",
    "tar.gz",
    { sbom: (sbom) => void sbom.components.splice(1) },
    /^sbom: binaries\/spacetime-server: is not listed/,
  ],
  [
    "another bill of materials beside the archive",
    "tar.gz",
    { sbomBeside: "{}" },
    /^sbom: .*: differs from security\/sbom.cdx.json/,
  ],
  [
    "a provenance of another archive",
    "tar.gz",
    { provenance: ({ subject }) => void subject.shift() },
    /^provenance: .*: is not about spacetime-vr-v2.5.0.tar.gz/,
  ],
  [
    "a provenance of another version",
    "tar.gz",
    {
      provenance: ({ predicate }) =>
        Object.assign(predicate.buildDefinition.externalParameters, { version: "2.4.0" }),
    },
    /^provenance: .*: is about version 2.4.0/,
  ],
  [
    "a provenance of another commit",
    "tar.gz",
    { provenance: ({ predicate }) => Object.assign(predicate.buildDefinition, { resolvedDependencies: [] }) },
    /^provenance: .*: names another commit/,
  ],
];
