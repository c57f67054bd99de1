import { createHash } from "node:crypto";

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Ten hex digits of the SHA-256 of a value, independent of the order of its keys. */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(toCanonicalJson(value)).digest("hex").slice(0, 10);
}

/**
 * The name of an immutable object, made of its content: new content is a new object beside the old one, so a pod that is
 * still on the old rollout keeps what it started with, and a reference in a pod template rolls exactly that workload.
 */
export function nameWithContentHash(base: string, content: unknown): string {
  return `${base}-${contentHash(content)}`;
}
