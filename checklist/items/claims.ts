import type { ChecklistItem } from "./types.ts";

/** What will prove an item: some policy rule that names it, or a check (or suite, with `/*`) by name. */
export type Claim =
  | { readonly by: "policy" }
  | { readonly by: "check"; readonly name: string; readonly finding?: string };

/** A check as the module that implements it declares it. */
export type DeclaredCheck =
  | { readonly kind: "rule"; readonly name: string; readonly items: readonly string[] }
  | { readonly kind: "check"; readonly name: string; readonly findings?: readonly string[] };

/** An item and its claim, or a declared check, that found no counterpart. */
export interface Mismatch {
  readonly subject: string;
  readonly problem: string;
}

/** What does not meet between the items' claims and the checks that exist. */
export interface Reconciliation {
  /** Items that claim a check nobody implements. */
  readonly unmet: readonly Mismatch[];
  /** Rules that name an item that does not exist or that no policy rule is to prove. */
  readonly stray: readonly Mismatch[];
  /** Checks and rules that prove no item. */
  readonly unclaimed: readonly string[];
}

/** What an item claims; `undefined` where a person is the proof. */
export function claimOf(item: ChecklistItem): Claim | undefined {
  switch (item.method) {
    case "static":
      return item.check.prover === "policy" ? { by: "policy" } : named(item.check.check, item.check.finding);
    case "live":
      return named(item.check.probe, "finding" in item.check ? item.check.finding : undefined);
    case "drill":
      return named(`drill/${item.check.drill}`);
    case "human":
      return undefined;
  }
}

/** Compares the items' claims with the declared checks, both ways. */
export function reconcile(
  items: readonly ChecklistItem[],
  declared: readonly DeclaredCheck[],
): Reconciliation {
  const unmet = items.flatMap((item) => {
    const problem = unmetClaim(item, declared);
    return problem === undefined ? [] : [{ subject: item.id, problem }];
  });
  const stray = declared.flatMap((check) => (check.kind === "rule" ? strayNames(check, items) : []));
  const claims = items.flatMap((item) => claimOf(item) ?? []);
  const unclaimed = declared.filter((check) => !isClaimed(check, claims)).map(({ name }) => name);
  return { unmet, stray, unclaimed };
}

function named(name: string, finding?: string): Claim {
  return finding === undefined ? { by: "check", name } : { by: "check", name, finding };
}

function unmetClaim(item: ChecklistItem, declared: readonly DeclaredCheck[]): string | undefined {
  const claim = claimOf(item);
  if (claim === undefined) return undefined;
  if (claim.by === "policy") {
    const proven = declared.some((check) => check.kind === "rule" && check.items.includes(item.id));
    return proven ? undefined : "no policy rule names it";
  }
  const candidates = declared.filter((check) => check.kind === "check" && covers(claim.name, check.name));
  if (candidates.length === 0) return `no check is called "${claim.name}"`;
  const { finding } = claim;
  if (finding === undefined) return undefined;
  const found = candidates.some((check) => check.kind === "check" && check.findings?.includes(finding));
  return found ? undefined : `check "${claim.name}" has no finding "${finding}"`;
}

function strayNames(
  rule: Extract<DeclaredCheck, { kind: "rule" }>,
  items: readonly ChecklistItem[],
): readonly Mismatch[] {
  return rule.items.flatMap((id) => {
    const item = items.find((candidate) => candidate.id === id);
    if (item === undefined) return [{ subject: rule.name, problem: `no item is called "${id}"` }];
    const claim = claimOf(item);
    if (claim?.by === "policy") return [];
    const proof = claim === undefined ? "a signature" : `check "${claim.name}"`;
    return [{ subject: rule.name, problem: `item "${id}" is proven by ${proof}, not by a policy rule` }];
  });
}

function isClaimed(check: DeclaredCheck, claims: readonly Claim[]): boolean {
  if (check.kind === "rule") return check.items.length > 0;
  return claims.some((claim) => claim.by === "check" && covers(claim.name, check.name));
}

function covers(claimed: string, name: string): boolean {
  return claimed.endsWith("/*") ? name.startsWith(claimed.slice(0, -1)) : claimed === name;
}
