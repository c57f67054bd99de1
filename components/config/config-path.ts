/** The project's name, which is also the namespace of its config keys. */
export const CONFIG_NAMESPACE = "spacetime-vr";

/** The path of a value in the stack file. */
export type ConfigPath = readonly PropertyKey[];

/** Formats a path as in `spacetime-vr:gameServer.pools[0].name`. */
export function formatConfigPath(path: ConfigPath): string {
  const [first = "", ...rest] = path;
  return `${CONFIG_NAMESPACE}:${String(first)}${rest.map(formatPathSegment).join("")}`;
}

function formatPathSegment(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const text = String(key);
  // Annotation names contain dots and slashes, secret names contain dashes.
  return /^[A-Za-z0-9_-]+$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}
