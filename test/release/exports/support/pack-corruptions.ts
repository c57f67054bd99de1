import { readFileSync, writeFileSync } from "node:fs";
import {
  added,
  type Corruption,
  directoryOf,
  executable,
  firstEntry,
  pack,
  secondEntry,
  windows,
} from "./corruption.ts";
import { gameFiles, writeGameExport } from "./game-export.ts";
import { writePack } from "./write-pack.ts";

const KEY = Buffer.alloc(32, 7);

/** Damaged packs and executables. */
export const PACK_CORRUPTIONS: readonly Corruption[] = [
  // The pack file
  [
    "a Git LFS pointer instead of a pack",
    pack(() => Buffer.from("version https://git-lfs.github.com/spec/v1\n")),
    /does not begin with GDPC/,
  ],
  ["an empty pack", pack(() => Buffer.alloc(0)), /SpaceTime\.pck: is empty/],
  [
    "a pack that ends in its header",
    pack((bytes) => bytes.subarray(0, 60)),
    /is truncated in the pack header/,
  ],
  [
    "a truncated pack",
    pack((bytes) => bytes.subarray(0, 2000)),
    /is truncated: its directory is at byte \d+, after the end/,
  ],
  [
    "a pack that ends in its directory",
    pack((bytes) => bytes.subarray(0, bytes.length - 20)),
    /is truncated in the pack directory/,
  ],
  ["an unknown pack format", pack((bytes) => void bytes.writeUInt32LE(5, 4)), /has the pack format 5/],
  [
    "a pack of another engine than its format",
    pack((bytes) => void bytes.writeUInt32LE(3, 8)),
    /claims pack format 3 of Godot 3\.5\.1/,
  ],
  [
    "a pack whose export was interrupted",
    pack((bytes) => void bytes.writeBigUInt64LE(0n, 32)),
    /has the directory offset 0: the export ended/,
  ],
  [
    "a directory inside the header",
    pack((bytes) => void bytes.writeBigUInt64LE(8n, 32)),
    /has its directory at byte 8, inside its header/,
  ],
  [
    "an impossible directory offset",
    pack((bytes) => void bytes.writeBigUInt64LE(2n ** 63n, 32)),
    /impossible directory offset/,
  ],
  ["a sparse bundle", pack((bytes) => void bytes.writeUInt32LE(6, 20)), /is a sparse bundle/],
  ["unknown pack flags", pack((bytes) => void bytes.writeUInt32LE(0x82, 20)), /unknown pack flags \(0x82\)/],
  [
    "an impossible file base",
    pack((bytes) => void bytes.writeBigUInt64LE(2n ** 60n, 24)),
    /impossible file base/,
  ],
  [
    "a pack without files",
    pack((bytes) => void bytes.writeUInt32LE(0, directoryOf(bytes))),
    /contains no files/,
  ],
  [
    "too many files for the size of the pack",
    pack((bytes) => void bytes.writeUInt32LE(1e6, directoryOf(bytes))),
    /names 1000000 files, more than/,
  ],
  [
    "a path of impossible length",
    pack((bytes) => void bytes.writeUInt32LE(1e6, directoryOf(bytes) + 4)),
    /has a path of 1000000 bytes/,
  ],
  [
    "a file after the end of the pack",
    pack((bytes) => void bytes.writeBigUInt64LE(BigInt(bytes.length), firstEntry(bytes))),
    /ends at byte \d+, after the end of the pack/,
  ],
  [
    "a file of impossible size",
    pack((bytes) => void bytes.writeBigUInt64LE(2n ** 62n, firstEntry(bytes) + 8)),
    /impossible size of res:/,
  ],
  [
    "a file at an impossible offset",
    pack((bytes) => void bytes.writeBigUInt64LE(2n ** 62n, firstEntry(bytes))),
    /impossible offset of res:/,
  ],
  [
    "two files that share bytes",
    pack(
      (bytes) => void bytes.writeBigUInt64LE(bytes.readBigUInt64LE(firstEntry(bytes)), secondEntry(bytes)),
    ),
    /overlaps with res:\/\//,
  ],
  [
    "a file that contains the directory",
    pack((bytes) => void bytes.writeBigUInt64LE(BigInt(directoryOf(bytes) - 112), firstEntry(bytes))),
    /overlaps with the directory/,
  ],
  [
    "a file inside the header",
    pack((bytes) => {
      bytes.writeBigUInt64LE(0n, 24);
    }),
    /begins inside the header/,
  ],
  [
    "a file that a patch removes",
    pack((bytes) => void bytes.writeUInt32LE(2, firstEntry(bytes) + 32)),
    /is marked as removed/,
  ],
  [
    "a delta of another pack",
    pack((bytes) => void bytes.writeUInt32LE(4, firstEntry(bytes) + 32)),
    /is a delta of another pack/,
  ],
  [
    "unknown file flags",
    pack((bytes) => void bytes.writeUInt32LE(64, firstEntry(bytes) + 32)),
    /has unknown flags \(0x40\)/,
  ],
  [
    "a damaged byte in a file",
    pack((bytes) => void bytes.writeUInt8((bytes[112] ?? 0) ^ 1, 112)),
    /is damaged: its MD5 is [0-9a-f]{32}, and/,
  ],
  [
    "a digest of zeros",
    pack((bytes) => void bytes.fill(0, firstEntry(bytes) + 16, firstEntry(bytes) + 32)),
    /has no digest in the directory/,
  ],
  [
    "an encrypted file whose header is damaged",
    (directory) => {
      const encrypted = gameFiles().map((file) => ({ ...file, encrypted: true }));
      const paths = writeGameExport(directory, { files: encrypted, options: { version: 3, key: KEY } });
      const bytes = readFileSync(paths.pack);
      bytes.writeUInt8((bytes[112] ?? 0) ^ 1, 112);
      writeFileSync(paths.pack, bytes);
    },
    /has an encryption header with another size or digest/,
  ],
  [
    "an encrypted directory that is cut off",
    (directory) => {
      const paths = writeGameExport(directory, { options: { version: 3, key: KEY, encryptDirectory: true } });
      writeFileSync(paths.pack, readFileSync(paths.pack).subarray(0, -64));
    },
    /its encrypted directory of \d+ bytes ends after the pack/,
  ],
  // Paths
  [
    "a path that leaves the pack",
    added({ path: "../outside.txt", content: "x" }),
    /leaves its directory with \.\./,
  ],
  ["an absolute path", added({ path: "/etc/passwd", content: "x" }), /is an absolute path/],
  [
    "a path in the user directory",
    added({ path: "user://save.dat", content: "x" }),
    /is a path outside res:/,
  ],
  ["a path with a backslash", added({ path: "a\\b.txt", content: "x" }), /with a backslash/],
  ["a path that is not normalized", added({ path: "a//b.txt", content: "x" }), /is not normalized/],
  [
    "a path with a control character",
    added({ path: "a\u001bb.txt", content: "x" }),
    /with a control character/,
  ],
  ["a path with a NUL character", added({ path: "a\0b.txt", content: "x" }), /with a NUL character/],
  ["an empty path", added({ path: "", content: "x" }), /is an empty path/],
  [
    "a file that is in the pack twice",
    added({ path: "icon.svg.import", content: "x" }),
    /is in the pack twice/,
  ],
  // The executable
  [
    "a script instead of an executable",
    executable(() => Buffer.from("#!/bin/sh\n")),
    /is neither an ELF nor a PE executable/,
  ],
  ["a 32-bit executable", executable((bytes) => void bytes.writeUInt8(1, 4)), /is a 32-bit ELF file/],
  ["a big-endian executable", executable((bytes) => void bytes.writeUInt8(2, 5)), /is a big-endian ELF file/],
  [
    "an object file",
    executable((bytes) => void bytes.writeUInt16LE(1, 16)),
    /ELF file of type 1, not an executable/,
  ],
  [
    "an executable for another architecture",
    executable(() => undefined, { machine: 243 }),
    /is "rv64": must be for x86_64 or arm64/,
  ],
  [
    "an executable named after another architecture",
    executable(() => undefined, { machine: 183 }),
    /is named after x86_64, and it is for arm64/,
  ],
  [
    "a truncated executable",
    executable((bytes) => void bytes.writeBigUInt64LE(2n ** 40n, 64 + 32)),
    /an ELF segment ends at byte/,
  ],
  [
    "program headers outside the file",
    executable((bytes) => void bytes.writeBigUInt64LE(2n ** 40n, 32)),
    /the ELF program header table needs bytes/,
  ],
  [
    "program headers of another size",
    executable((bytes) => void bytes.writeUInt16LE(32, 54)),
    /entries of 32 bytes instead of 56/,
  ],
  [
    "no program headers",
    executable((bytes) => void bytes.writeUInt16LE(0, 56)),
    /has no ELF program headers/,
  ],
  [
    "a library that the image does not have",
    executable(() => undefined, { libraries: ["libX11.so.6"] }),
    /links libraries that are neither.*libX11/,
  ],
  [
    "a library search path outside",
    executable(() => undefined, { runPath: "/home/builder/lib" }),
    /library search path outside/,
  ],
  [
    "a debug export template",
    executable(() => undefined, { text: "PCK header found in executable pck section, loading" }),
    /is a debug export template/,
  ],
  [
    "an embedded pack and a pack file",
    executable(() => undefined, { pack: (start) => writePack(gameFiles(), { version: 3, start }) }),
    /is next to an executable with an embedded pack/,
  ],
  [
    "a section without its pack",
    executable(() => undefined, { pack: () => Buffer.alloc(100, 1) }),
    /has a section "pck" without a pack in it/,
  ],
  [
    "a Windows executable whose PE header is missing",
    windows((bytes) => void bytes.writeUInt32LE(200, 60)),
    /does not lead to a PE header/,
  ],
  [
    "a 32-bit Windows executable",
    windows((bytes) => void bytes.writeUInt16LE(0x10b, 152)),
    /is a 32-bit PE file/,
  ],
  ["a DLL", windows((bytes) => void bytes.writeUInt16LE(0x2022, 150)), /is a DLL/],
  [
    "a Windows executable without its signature",
    windows((bytes) => bytes.subarray(0, bytes.length - 32)),
    /Authenticode signature ends after the file/,
  ],
  [
    "a Windows executable that is cut off",
    windows((bytes) => bytes.subarray(0, 520)),
    /the PE section ".idata" ends after the file/,
  ],
];
