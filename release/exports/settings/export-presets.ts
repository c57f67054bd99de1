import { type ConfigSections, type ConfigValue, parseConfigFile } from "./config-file.ts";

/** A preset of `export_presets.cfg`: its own keys, and those of its section `options`. */
export interface ExportPreset {
  readonly name: string;
  /** As Godot names it: `Linux`, `Linux/X11` (before 4.3), `Windows Desktop`. */
  readonly platform: string;
  readonly values: ReadonlyMap<string, ConfigValue>;
  readonly options: ReadonlyMap<string, ConfigValue>;
}

export function parseExportPresets(text: string): ExportPreset[] {
  const sections: ConfigSections = parseConfigFile(text);
  return [...sections].flatMap(([section, values]) => {
    if (!/^preset\.\d+$/.test(section)) return [];
    const [name, platform] = [values.get("name"), values.get("platform")];
    return [
      {
        name: typeof name === "string" ? name : section,
        platform: typeof platform === "string" ? platform : "",
        values,
        options: sections.get(`${section}.options`) ?? new Map(),
      },
    ];
  });
}

export function isLinuxPreset({ platform }: ExportPreset): boolean {
  return platform === "Linux" || platform === "Linux/X11";
}

export function isWindowsPreset({ platform }: ExportPreset): boolean {
  return platform === "Windows Desktop";
}
