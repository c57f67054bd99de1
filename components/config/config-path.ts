/** The project's name, which is also the namespace of its config keys. */
export const CONFIG_NAMESPACE = "spacetime-vr";

/** A place in the stack file. */
export type ConfigPath = readonly PropertyKey[];

/** A path as a person finds it in the file: `spacetime-vr:gameServer.pools[0].name`. */
export function formatConfigPath(path: ConfigPath): string {
  const [first = "", ...rest] = path;
  return `${CONFIG_NAMESPACE}:${String(first)}${rest.map(formatPathSegment).join("")}`;
}

function formatPathSegment(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const text = String(key);
  // Annotation names hold dots and slashes; secret names hold dashes.
  return /^[A-Za-z0-9_-]+$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}
