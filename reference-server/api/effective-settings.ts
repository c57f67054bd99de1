import type { Settings } from "../settings/settings.ts";

/** Fields that hold secrets. Their values are never returned. */
const SECRET_FIELDS = new Set(["apiToken", "signingKey", "scrapeToken", "password", "worldKey", "playerKey"]);

/** Renders the effective settings without secrets, so that an operator can compare them with the intended ones. */
export function renderEffectiveSettings(settings: Settings): Readonly<Record<string, unknown>> {
  const { unknownVariableWarnings: _warnings, ...sections } = settings;
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [name, redactSecrets(section)]),
  );
}

function redactSecrets(section: unknown): unknown {
  if (typeof section !== "object" || section === null || Array.isArray(section)) return section;
  return Object.fromEntries(
    Object.entries(section).map(([name, value]) => [
      name,
      SECRET_FIELDS.has(name) ? describeSecret(value) : value,
    ]),
  );
}

function describeSecret(value: unknown): "set" | "not set" {
  return value === undefined ? "not set" : "set";
}
