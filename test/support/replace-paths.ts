/** Replaces the paths and names of a pod with local ones, in one pass and longest first, because new values may contain old ones. */
export function replacePaths(text: string, moves: Readonly<Record<string, string>>): string {
  const longestFirst = Object.keys(moves).sort((one, other) => other.length - one.length);
  const pattern = longestFirst.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.replaceAll(new RegExp(pattern, "g"), (path) => moves[path] ?? path);
}
