/** Fields of a log line or an audit record. */
export type Fields = Readonly<Record<string, unknown>>;

const REDACTED = "[redacted]";

/** Nested deeper than this nothing of ours is; a cycle ends here too. */
const MAX_DEPTH = 6;

/** The same fields without the values whose names hold one of the parts (`token` also hides `access_token`). */
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

/** An address as the log may show it: whole, without its last part, or undefined. */
export function maskAddress(address: string, how: string): string | undefined {
  if (how === "full") return address;
  if (how !== "truncated") return undefined;
  return address.includes(":") ? address.replace(/:[^:]*$/, ":0") : address.replace(/\.\d+$/, ".0");
}
