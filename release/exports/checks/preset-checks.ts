import type { Problem } from "../../../components/shared/errors.ts";
import { createCheck, type ExportCheck } from "../export-report.ts";
import {
  type ExportPreset,
  isLinuxPreset,
  isWindowsPreset,
  parseExportPresets,
} from "../settings/export-presets.ts";

const TITLE = "The export presets are those of a production server";

/** A rule for one preset; returns the violated rule and its remedy. */
interface PresetRule {
  readonly key: string;
  readonly check: (preset: ExportPreset) => string | undefined;
  readonly remedy: string;
}

/** Script export modes: 0 text, 1 binary tokens, 2 compressed binary tokens. */
const SCRIPT_MODE_TEXT = 0;

const RULES: readonly PresetRule[] = [
  {
    key: "dedicated_server",
    check: (preset) =>
      isLinuxPreset(preset) && preset.values.get("dedicated_server") !== true
        ? "must be true for the server"
        : undefined,
    remedy: 'Choose the resource mode "Export as dedicated server".',
  },
  {
    key: "script_export_mode",
    check: ({ values }) =>
      values.get("script_export_mode") === SCRIPT_MODE_TEXT
        ? "exports scripts as text, with their source"
        : undefined,
    remedy: "Choose compressed binary tokens.",
  },
  {
    key: "script_encryption_key",
    check: ({ values }) =>
      hasText(values.get("script_encryption_key")) ? "contains the encryption key" : undefined,
    remedy: "Remove the key, and use another one: the file is committed.",
  },
  {
    key: "codesign/password",
    check: ({ options }) =>
      hasText(options.get("codesign/password")) ? "contains the signing password" : undefined,
    remedy: "Remove the password, and change it: the file is committed.",
  },
  {
    key: "ssh_remote_deploy/enabled",
    check: ({ options }) =>
      options.get("ssh_remote_deploy/enabled") === true ? "deploys each run to another machine" : undefined,
    remedy: "Disable it.",
  },
  {
    key: "custom_features",
    check: ({ values }) =>
      /(^|,)\s*(debug|editor|development|dev)\s*(,|$)/i.test(String(values.get("custom_features") ?? ""))
        ? "selects development settings"
        : undefined,
    remedy: "Remove the feature tag.",
  },
  {
    key: "include_filter",
    check: ({ values }) =>
      /\.(env|key|pem|log|p12|pfx|pck|zip)\b|(^|,)\s*\*\s*(,|$)/.test(
        String(values.get("include_filter") ?? ""),
      )
        ? "includes files that a production pack must not contain"
        : undefined,
    remedy: "Include only the files that the game reads.",
  },
  {
    key: "exclude_filter",
    check: ({ values }) => {
      if (values.get("export_filter") !== "all_resources") return undefined;
      const filter = String(values.get("exclude_filter") ?? "");
      const missing = ["addons", "test"].filter((folder) => !filter.includes(folder));
      return missing.length === 0
        ? undefined
        : `exports all resources and does not exclude ${missing.join(" and ")}`;
    },
    remedy: "Set it to addons/*, tests/*, or export selected scenes only.",
  },
  {
    key: "binary_format/architecture",
    check: ({ options }) => {
      const value = options.get("binary_format/architecture");
      return value === undefined || value === "x86_64" || value === "arm64"
        ? undefined
        : "must be x86_64 or arm64";
    },
    remedy: "Choose x86_64 or arm64.",
  },
];

function hasText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** Checks an `export_presets.cfg`; without one, there is nothing to check. */
export function checkPresets(text: string | undefined): ExportCheck {
  if (text === undefined) {
    return createCheck("presets", TITLE, undefined, {
      status: "skipped",
      detail: "no export_presets.cfg; name the project with --project",
    });
  }
  const presets = parseExportPresets(text).filter(
    (preset) => isLinuxPreset(preset) || isWindowsPreset(preset),
  );
  const problems: Problem[] = presets.flatMap((preset) =>
    RULES.flatMap(({ key, check, remedy }) => {
      const rule = check(preset);
      return rule === undefined ? [] : [{ subject: `preset "${preset.name}": ${key}`, rule, remedy }];
    }),
  );
  if (!presets.some(isLinuxPreset)) {
    problems.unshift({
      subject: "export_presets.cfg",
      rule: "has no preset for Linux",
      remedy: "Add one in the editor: Project, Export, Add, Linux.",
    });
  }
  return createCheck("presets", TITLE, undefined, {
    detail: presets.map(({ name }) => name).join(", "),
    problems,
  });
}
