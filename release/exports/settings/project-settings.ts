import { CorruptFileError } from "../corrupt-file-error.ts";
import { decodeVariant, type Variant } from "./variant.ts";

/** The settings in the `project.binary` of a pack, by their name, such as `application/run/main_scene`. */
export type ProjectSettings = ReadonlyMap<string, Variant>;

export const PROJECT_FILE = "project.binary";

const MAGIC = "ECFG";

/** A project has a few hundred settings of a few kilobytes. */
const MAX_SETTINGS = 100_000;

/**
 * Reads a `project.binary`: ECFG, the number of settings, and for each a name and a serialized value (core/config/project_settings.cpp).
 * @throws CorruptFileError
 */
export function readProjectSettings(bytes: Buffer): ProjectSettings {
  if (bytes.toString("latin1", 0, 4) !== MAGIC) throw new CorruptFileError("does not begin with ECFG");
  let position = 4;
  const take = (length: number): Buffer => {
    if (position + length > bytes.length) throw new CorruptFileError("is truncated");
    position += length;
    return bytes.subarray(position - length, position);
  };
  const count = take(4).readUInt32LE();
  if (count > MAX_SETTINGS) throw new CorruptFileError(`names ${count} settings, which is impossible`);
  const settings = new Map<string, Variant>();
  for (let index = 0; index < count; index += 1) {
    const name = take(take(4).readUInt32LE()).toString("utf8");
    settings.set(name, decodeVariant(take(take(4).readUInt32LE()), `the setting ${name}`));
  }
  return settings;
}

/** Returns the value of a setting and of its overrides for feature tags, such as `<name>.dedicated_server`. */
export function settingVariants(settings: ProjectSettings, name: string): { name: string; value: Variant }[] {
  return [...settings]
    .filter(([key]) => key === name || key.startsWith(`${name}.`))
    .map(([key, value]) => ({ name: key, value }));
}

export function textOf(value: Variant | undefined): string | undefined {
  return value?.kind === "string" ? value.value : undefined;
}
