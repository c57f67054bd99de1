import { createHash } from "node:crypto";

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The first ten hex digits of the SHA-256 of a value; the order of object keys does not matter. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(toCanonicalJson(value)).digest("hex").slice(0, 10);
}

/**
 * The name of an immutable object with a hash of its content. New content creates a new object: old pods keep the old
 * object, and the new reference in the pod template restarts only the workloads that use it.
 */
export function nameWithContentHash(base: string, content: unknown): string {
  return `${base}-${contentHash(content)}`;
}
