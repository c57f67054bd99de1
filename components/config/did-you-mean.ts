import { closest, distance } from "fastest-levenshtein";

/** The known word that is most similar to a misspelt one; undefined if none is similar enough. */
export function closestMatch(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const byLower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const match = closest(lower, [...byLower.keys()]);
  // Up to a third of the characters may differ: "domian" matches "domain", "colour" does not match "pool".
  const allowed = Math.max(1, Math.floor(Math.max(lower.length, match.length) / 3));
  return distance(lower, match) <= allowed ? byLower.get(match) : undefined;
}

/** A remedy that suggests the most similar known word, if any. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const match = closestMatch(word, known);
  return match === undefined ? undefined : `Did you mean ${match}?`;
}
