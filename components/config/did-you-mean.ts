import { closest, distance } from "fastest-levenshtein";

/** The known word that a misspelt one most likely means; undefined when none is near enough to be worth naming. */
export function closestMatch(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const byLower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const found = closest(lower, [...byLower.keys()]);
  // A third of the word may be wrong: "domian" means "domain", "colour" does not mean "pool".
  const allowed = Math.max(1, Math.floor(Math.max(lower.length, found.length) / 3));
  return distance(lower, found) <= allowed ? byLower.get(found) : undefined;
}

/** A remedy that names the nearest known word, if one is near. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const found = closestMatch(word, known);
  return found === undefined ? undefined : `Did you mean ${found}?`;
}
