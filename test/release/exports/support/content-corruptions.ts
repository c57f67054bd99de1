import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { beside, type Corruption, files, pack, settings } from "./corruption.ts";
import { gameFiles, writeGameExport, writeProjectBinary } from "./game-export.ts";

const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n";

/** Complete packs with content that a release must not have. */
export const CONTENT_CORRUPTIONS: readonly Corruption[] = [
  // The content
  ["an addon", files({ "addons/gdUnit4/plugin.gdc": "GDSC" }), /belongs to an addon/],
  ["a test", files({ "tests/test_vr.gdc": "GDSC" }), /belongs to the tests/],
  ["script source", files({ "player.gd": "extends Node" }), /is GDScript source/],
  ["a log", files({ "logs/run.log": "line" }), /is a log/],
  ["a nested pack", files({ "update.bin": "GDPC0000" }), /is a pack, an archive or a program inside/],
  ["an editor file", files({ ".godot/editor/state.cfg": "x" }), /belongs to the editor/],
  ["a settings override", files({ "override.cfg": "x" }), /belongs to the editor or overrides settings/],
  ["a private key", files({ "certs/server.pem": PEM }), /contains a private key/],
  ["an environment file", files({ ".env.production": "A=1" }), /is an environment file with secrets/],
  [
    "a placeholder for a secret",
    files({ "config.json": '{"token":"REPLACE_WITH_SECURE_TOKEN"}' }),
    /contains a placeholder/,
  ],
  [
    "a remap to a missing file",
    files({ "vr_main.tscn.remap": '[remap]\npath="res://gone.scn"\n' }),
    /leads to res:\/\/gone\.scn, which is not in the pack/,
  ],
  [
    "a remap to another scene",
    files({ "other.tscn.remap": gameFiles().find(({ path }) => path === "vr_main.tscn.remap")?.content }),
    /was exported from another file/,
  ],
  ["a remap without a target", files({ "vr_main.tscn.remap": "[remap]\n" }), /names no target/],
  // The settings
  ["no project settings", files({ "project.binary": undefined }), /project\.binary: is missing/],
  [
    "project settings of another format",
    files({ "project.binary": "[application]" }),
    /does not begin with ECFG/,
  ],
  [
    "truncated project settings",
    files({ "project.binary": writeProjectBinary({ a: "b" }).subarray(0, 14) }),
    /project\.binary: is truncated/,
  ],
  [
    "a truncated UID cache",
    files({ ".godot/uid_cache.bin": Buffer.alloc(6, 1) }),
    /uid_cache\.bin: is truncated/,
  ],
  [
    "a missing autoload",
    settings({ "autoload/CacheManager": undefined }),
    /autoload CacheManager: is missing in the pack/,
  ],
  [
    "an unknown autoload",
    settings({ "autoload/Cheats": "*res://autoload/CacheManager.gd" }),
    /is not one of the required autoloads/,
  ],
  [
    "an autoload that is not enabled",
    settings({ "autoload/VRManager": "res://autoload/VRManager.gd" }),
    /is not enabled as a singleton/,
  ],
  [
    "an autoload without its script",
    settings({ "autoload/VRManager": "*res://autoload/gone.gd" }),
    /leads to res:\/\/autoload\/gone\.gd/,
  ],
  [
    "another main scene",
    settings({ "application/run/main_scene": "res://icon.svg" }),
    /is "res:\/\/icon\.svg": must be res:\/\/vr_main\.tscn/,
  ],
  [
    "a main scene with an unknown UID",
    settings({ "application/run/main_scene": "uid://cqq0" }),
    /is a UID that the UID cache does not contain/,
  ],
  ["no main scene", settings({ "application/run/main_scene": undefined }), /main_scene: is not set/],
  [
    "another main scene for servers",
    settings({ "application/run/main_scene.dedicated_server": "res://debug.tscn" }),
    /main_scene\.dedicated_server is "res:\/\/debug\.tscn"/,
  ],
  [
    "no scene of the whitelist",
    files({ "vr_main.tscn.remap": undefined }),
    /is in the scene whitelist, but not in the pack/,
  ],
  [
    "verbose output",
    settings({ "debug/settings/stdout/verbose_stdout": true }),
    /writes every detail of the engine/,
  ],
  [
    "a development feature tag",
    settings({ _custom_features: "dedicated_server,debug" }),
    /must not select development settings/,
  ],
  [
    "a frame rate above the target",
    settings({ "application/run/max_fps": 144 }),
    /is "144": must be from 85 to 95/,
  ],
  ["no version", settings({ "application/config/version": undefined }), /config\/version: is not set/],
  [
    "an engine that is too old",
    pack((bytes) => void bytes.writeUInt32LE(0, 16)),
    /the engine is "4\.5\.0": must be at least 4\.5\.1/,
  ],
  // The directory
  ["a file that is not part of an export", beside("notes.txt", "x"), /notes\.txt: is not part of an export/],
  ["a second pack", beside("patch.pck", "GDPC"), /patch\.pck: is a pack that belongs to no executable/],
  [
    "a checksum of another file",
    beside("SHA256SUMS", `${"0".repeat(64)}  SpaceTime.pck\n`),
    /SpaceTime\.pck: differs from its SHA-256/,
  ],
  [
    "a checksum of a missing file",
    beside("SHA256SUMS", `${"0".repeat(64)}  gone.pck\n`),
    /gone\.pck: is in SHA256SUMS, but missing/,
  ],
  ["a file without a checksum", beside("SHA256SUMS", ""), /SpaceTime\.pck: is not in SHA256SUMS/],
  ["invalid build metadata", beside("build.json", "{}"), /build\.json: has an invalid value/],
  [
    "a preset that exports sources",
    beside(
      "export_presets.cfg",
      '[preset.0]\nname="S"\nplatform="Linux"\ndedicated_server=true\nscript_export_mode=0\n',
    ),
    /exports scripts as text/,
  ],
  [
    "a preset with the encryption key",
    beside(
      "export_presets.cfg",
      '[preset.0]\nname="S"\nplatform="Linux"\ndedicated_server=true\nscript_encryption_key="abc"\n',
    ),
    /contains the encryption key/,
  ],
  [
    "a symbolic link",
    (directory) => {
      writeGameExport(directory);
      symlinkSync("/etc/passwd", join(directory, "data.so"));
    },
    /data\.so: is a symbolic link/,
  ],
];
