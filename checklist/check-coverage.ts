import type { ChecklistItem } from "./types.ts";

/** What will prove an item: some policy rule that names it, or a check (or suite, with `/*`) by name. */
export type RequiredCheck =
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
export interface CoverageResult {
  /** Items that claim a check nobody implements. */
  readonly unmet: readonly Mismatch[];
  /** Rules that name an item that does not exist or that no policy rule is to prove. */
  readonly stray: readonly Mismatch[];
  /** Checks and rules that prove no item. */
  readonly unclaimed: readonly string[];
}

/** What an item claims; `undefined` where a person is the proof. */
export function requiredCheckOf(item: ChecklistItem): RequiredCheck | undefined {
  switch (item.method) {
    case "static":
      return item.check.prover === "policy"
        ? { by: "policy" }
        : requireCheck(item.check.check, item.check.finding);
    case "live":
      return requireCheck(item.check.probe, "finding" in item.check ? item.check.finding : undefined);
    case "drill":
      return requireCheck(`drill/${item.check.drill}`);
    case "human":
      return undefined;
  }
}

/** Compares the items' claims with the declared checks, both ways. */
export function compareWithDeclaredChecks(
  items: readonly ChecklistItem[],
  declared: readonly DeclaredCheck[],
): CoverageResult {
  const unmet = items.flatMap((item) => {
    const problem = findUnmetRequirement(item, declared);
    return problem === undefined ? [] : [{ subject: item.id, problem }];
  });
  const stray = declared.flatMap((check) =>
    check.kind === "rule" ? findInvalidItemReferences(check, items) : [],
  );
  const claims = items.flatMap((item) => requiredCheckOf(item) ?? []);
  const unclaimed = declared.filter((check) => !isRequired(check, claims)).map(({ name }) => name);
  return { unmet, stray, unclaimed };
}

function requireCheck(name: string, finding?: string): RequiredCheck {
  return finding === undefined ? { by: "check", name } : { by: "check", name, finding };
}

function findUnmetRequirement(item: ChecklistItem, declared: readonly DeclaredCheck[]): string | undefined {
  const claim = requiredCheckOf(item);
  if (claim === undefined) return undefined;
  if (claim.by === "policy") {
    const proven = declared.some((check) => check.kind === "rule" && check.items.includes(item.id));
    return proven ? undefined : "no policy rule names it";
  }
  const candidates = declared.filter(
    (check) => check.kind === "check" && matchesCheckName(claim.name, check.name),
  );
  if (candidates.length === 0) return `no check is called "${claim.name}"`;
  const { finding } = claim;
  if (finding === undefined) return undefined;
  const found = candidates.some((check) => check.kind === "check" && check.findings?.includes(finding));
  return found ? undefined : `check "${claim.name}" has no finding "${finding}"`;
}

function findInvalidItemReferences(
  rule: Extract<DeclaredCheck, { kind: "rule" }>,
  items: readonly ChecklistItem[],
): readonly Mismatch[] {
  return rule.items.flatMap((id) => {
    const item = items.find((candidate) => candidate.id === id);
    if (item === undefined) return [{ subject: rule.name, problem: `no item is called "${id}"` }];
    const claim = requiredCheckOf(item);
    if (claim?.by === "policy") return [];
    const proof = claim === undefined ? "a signature" : `check "${claim.name}"`;
    return [{ subject: rule.name, problem: `item "${id}" is proven by ${proof}, not by a policy rule` }];
  });
}

function isRequired(check: DeclaredCheck, claims: readonly RequiredCheck[]): boolean {
  if (check.kind === "rule") return check.items.length > 0;
  return claims.some((claim) => claim.by === "check" && matchesCheckName(claim.name, check.name));
}

function matchesCheckName(claimed: string, name: string): boolean {
  return claimed.endsWith("/*") ? name.startsWith(claimed.slice(0, -1)) : claimed === name;
}
