/** Replaces a pod's paths and names by this machine's, in one pass and the longest first: the new ones may contain old ones. */
export function replacePaths(text: string, moves: Readonly<Record<string, string>>): string {
  const longestFirst = Object.keys(moves).sort((one, other) => other.length - one.length);
  const pattern = longestFirst.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.replaceAll(new RegExp(pattern, "g"), (path) => moves[path] ?? path);
}
