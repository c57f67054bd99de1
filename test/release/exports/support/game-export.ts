import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AUTOLOADS } from "../../../../components/config/variables/lifecycle.ts";
import { exportedName } from "../../../../release/exports/checks/content-checks.ts";
import { writeElf } from "./write-executables.ts";
import { type PackFile, type PackOptions, writePack } from "./write-pack.ts";

/** A setting in a `project.binary`. */
export type SettingValue = string | number | boolean;

/** Writes a `project.binary` as core/config/project_settings.cpp does. */
export function writeProjectBinary(settings: Readonly<Record<string, SettingValue>>): Buffer {
  const entries = Object.entries(settings).map(([name, value]) => {
    const encoded = encodeVariant(value);
    return Buffer.concat([u32(Buffer.byteLength(name)), Buffer.from(name), u32(encoded.length), encoded]);
  });
  return Buffer.concat([Buffer.from("ECFG"), u32(entries.length), ...entries]);
}

function encodeVariant(value: SettingValue): Buffer {
  if (typeof value === "boolean") return Buffer.concat([u32(1), u32(value ? 1 : 0)]);
  if (typeof value === "number") return Buffer.concat([u32(2), u32(value)]);
  const text = Buffer.from(value);
  return Buffer.concat([u32(4), u32(text.length), text, Buffer.alloc((4 - (text.length % 4)) % 4)]);
}

/** Writes a UID cache: IDs with their paths. */
export function writeUidCache(entries: readonly (readonly [id: bigint, path: string])[]): Buffer {
  const parts = entries.map(([id, path]) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(id);
    return Buffer.concat([bytes, u32(Buffer.byteLength(path)), Buffer.from(path)]);
  });
  return Buffer.concat([u32(entries.length), ...parts]);
}

/** The ID of `uid://b`, the second digit of base 34. */
export const MAIN_SCENE_ID = 1n;

export const GOOD_SETTINGS: Readonly<Record<string, SettingValue>> = {
  _custom_features: "dedicated_server",
  "application/config/name": "SpaceTime VR",
  "application/config/version": "2.5.0",
  "application/run/main_scene": "uid://b",
  "application/run/max_fps": 90,
  ...Object.fromEntries(AUTOLOADS.map((name) => [`autoload/${name}`, `*res://autoload/${name}.gd`])),
};

/** The files of a pack that passes every rule. `changes` replaces files, or removes those that are undefined. */
export function gameFiles(
  changes: Readonly<Record<string, Buffer | string | undefined>> = {},
  settings: Readonly<Record<string, SettingValue | undefined>> = {},
): PackFile[] {
  const scene = `.godot/exported/133200997/${exportedName("vr_main.tscn")}.scn`;
  const merged = Object.entries({ ...GOOD_SETTINGS, ...settings }).filter(
    (entry): entry is [string, SettingValue] => entry[1] !== undefined,
  );
  const files: Record<string, Buffer | string | undefined> = {
    [scene]: "RSRC scene",
    ".godot/global_script_class_cache.cfg": "list=[]\n",
    ".godot/imported/icon.svg-218a8f2b.ctex": Buffer.alloc(5000, 9),
    ".godot/uid_cache.bin": writeUidCache([[MAIN_SCENE_ID, "res://vr_main.tscn"]]),
    ...Object.fromEntries(AUTOLOADS.map((name) => [`autoload/${name}.gdc`, `GDSC ${name}`])),
    ...Object.fromEntries(
      AUTOLOADS.map((name) => [
        `autoload/${name}.gd.remap`,
        `[remap]\n\npath="res://autoload/${name}.gdc"\n`,
      ]),
    ),
    "icon.svg.import": '[remap]\n\nimporter="texture"\npath="res://.godot/imported/icon.svg-218a8f2b.ctex"\n',
    "project.binary": writeProjectBinary(Object.fromEntries(merged)),
    "vr_main.tscn.remap": `[remap]\n\npath="res://${scene}"\n`,
    ...changes,
  };
  return Object.entries(files).flatMap(([path, content]) =>
    content === undefined ? [] : [{ path, content }],
  );
}

/** A usual size of the executable: sparse, so that it needs no disk space. */
export const EXECUTABLE_BYTES = 120e6;

interface GameExport {
  readonly files?: readonly PackFile[];
  readonly options?: PackOptions;
  readonly executable?: Buffer;
  readonly name?: string;
  readonly extension?: string;
  /** Size of the executable; by default, it is as small as it can be, which is a warning. */
  readonly bytes?: number;
}

/** Writes an export that passes every check, into a directory. */
export function writeGameExport(
  directory: string,
  {
    files = gameFiles(),
    options = { version: 3 },
    executable = writeElf(),
    name = "SpaceTime",
    extension = "x86_64",
    bytes,
  }: GameExport = {},
): { readonly executable: string; readonly pack: string } {
  const paths = { executable: join(directory, `${name}.${extension}`), pack: join(directory, `${name}.pck`) };
  mkdirSync(dirname(paths.executable), { recursive: true });
  writeFileSync(paths.executable, executable);
  if (bytes !== undefined) truncateSync(paths.executable, bytes);
  chmodSync(paths.executable, 0o755);
  writeFileSync(paths.pack, writePack(files, options));
  return paths;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
