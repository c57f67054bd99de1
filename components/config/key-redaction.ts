import { CONFIG_NAMESPACE } from "./config-path.ts";

/** Prefixes of tokens: GitHub, GitLab, Slack, Stripe, AWS, Pulumi, npm, Vault, DigitalOcean, JSON web tokens. */
const TOKEN_PREFIX =
  /^(gh[a-z]_|github_pat_|glpat-|xox[a-z]-|[sprw]k[-_]|AKIA|ASIA|pul-|npm_|hvs\.|dop_v1_|eyJ)/;

/** Words chosen by people are short and have few digits; generated words are long or have many. */
const GENERATED_WORD = /(\d.*){4}|(?=[A-Za-z]*\d)[A-Za-z\d]{12}|[A-Za-z\d]{28}/;

/** Whether a word looks like a token. */
export function looksLikeToken(word: string): boolean {
  return TOKEN_PREFIX.test(word) || GENERATED_WORD.test(word);
}

/** Whether an unknown key may be shown. Users sometimes paste a token in place of a key. */
export function isSafeKey(key: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(key) && !looksLikeToken(key);
}

/** The same for `namespace:key`. */
export function isSafeNamespacedKey(key: string): boolean {
  return key.split(":").every(isSafeKey);
}

/** Describes a key that must not be shown by its position in the mapping. */
export function describeHiddenKey(key: string, siblings: unknown, where: string = CONFIG_NAMESPACE): string {
  const position =
    typeof siblings === "object" && siblings !== null ? positionsOf(siblings).get(key) : undefined;
  return position === undefined ? `a key of ${where}` : `key ${position} of ${where}`;
}

const POSITIONS = new WeakMap<object, ReadonlyMap<string, number>>();

/** The positions of the keys, from 1; cached, because a file may have thousands of unknown keys. */
function positionsOf(mapping: object): ReadonlyMap<string, number> {
  const known = POSITIONS.get(mapping);
  if (known !== undefined) return known;
  const positions = new Map(Object.keys(mapping).map((key, index) => [key, index + 1]));
  POSITIONS.set(mapping, positions);
  return positions;
}
