import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gameFiles, type SettingValue, writeGameExport } from "./game-export.ts";
import { type ElfOptions, writeElf, writePe } from "./write-executables.ts";
import type { PackFile, PackOptions } from "./write-pack.ts";

/** Writes a damaged export into a directory. */
export type Arrange = (directory: string) => void;

/** Changes bytes in place, or returns others. */
type Change = (bytes: Buffer) => unknown;

function changed(bytes: Buffer, change: Change): Buffer {
  const result = change(bytes);
  return Buffer.isBuffer(result) ? result : bytes;
}

/** A corruption with the message that names it. */
export type Corruption = readonly [name: string, arrange: Arrange, expected: RegExp];

export const pack = (change: Change, options: PackOptions = { version: 3 }): Arrange => {
  return (directory) => {
    const paths = writeGameExport(directory, { options });
    const bytes = readFileSync(paths.pack);
    writeFileSync(paths.pack, changed(bytes, change));
  };
};
export const executable = (change: Change, options: ElfOptions = {}): Arrange => {
  return (directory) => {
    const bytes = writeElf(options);
    writeGameExport(directory, { executable: changed(bytes, change) });
  };
};
export const files = (changes: Readonly<Record<string, Buffer | string | undefined>>): Arrange => {
  return (directory) => void writeGameExport(directory, { files: gameFiles(changes) });
};
export const settings = (changes: Readonly<Record<string, SettingValue | undefined>>): Arrange => {
  return (directory) => void writeGameExport(directory, { files: gameFiles({}, changes) });
};
export const added = (file: PackFile): Arrange => {
  return (directory) => void writeGameExport(directory, { files: [...gameFiles(), file] });
};
export const beside = (name: string, content: string | Buffer): Arrange => {
  return (directory) => {
    writeGameExport(directory);
    writeFileSync(join(directory, name), content);
  };
};
export const windows = (change: Change): Arrange => {
  return (directory) => {
    writeGameExport(directory);
    for (const name of readdirSync(directory)) if (!name.endsWith(".pck")) rmSync(join(directory, name));
    const bytes = writePe({ signatureBytes: 64 });
    writeFileSync(join(directory, "SpaceTime.exe"), changed(bytes, change));
  };
};

/** Position of the directory, and of the fixed part of its first entry, in a pack of format 3. */
export const directoryOf = (bytes: Buffer): number => Number(bytes.readBigUInt64LE(32));
export const firstEntry = (bytes: Buffer): number => {
  const at = directoryOf(bytes) + 4;
  return at + 4 + bytes.readUInt32LE(at);
};
export const secondEntry = (bytes: Buffer): number => {
  const at = firstEntry(bytes) + 36;
  return at + 4 + bytes.readUInt32LE(at);
};
