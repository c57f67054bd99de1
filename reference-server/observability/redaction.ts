/** Fields of a log line or an audit record. */
export type Fields = Readonly<Record<string, unknown>>;

const REDACTED = "[redacted]";

/** Deeper than any logged value; also ends cycles. */
const MAX_DEPTH = 6;

/** Redacts fields whose names contain one of the parts (`token` also redacts `access_token`). */
export function redactFields(fields: Fields, parts: readonly string[], depth = 0): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (parts.some((part) => lower.includes(part))) return [name, REDACTED];
      return [name, isFields(value) && depth < MAX_DEPTH ? redactFields(value, parts, depth + 1) : value];
    }),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Formats an address as GODOT_LOG_CLIENT_ADDRESS requires: full, truncated, or omitted (undefined). */
export function maskAddress(address: string, how: string): string | undefined {
  if (how === "full") return address;
  if (how !== "truncated") return undefined;
  return address.includes(":") ? address.replace(/:[^:]*$/, ":0") : address.replace(/\.\d+$/, ".0");
}
