import type { ChecklistItem } from "./types.ts";

/** What verifies an item: a policy rule that lists the item, or a check by name (a whole suite with `/*`). */
type RequiredCheck =
  | { readonly by: "policy" }
  | { readonly by: "check"; readonly name: string; readonly finding?: string };

/** A policy rule or a check, as its module declares it. */
export type DeclaredCheck =
  | { readonly kind: "rule"; readonly name: string; readonly items: readonly string[] }
  | { readonly kind: "check"; readonly name: string; readonly findings?: readonly string[] };

/** An item without its check, or a rule with an invalid item. */
interface Mismatch {
  readonly subject: string;
  readonly problem: string;
}

/** The differences between the checks that items require and the checks that exist. */
interface CoverageResult {
  /** Items whose check does not exist. */
  readonly unmet: readonly Mismatch[];
  /** Rules that list an item that does not exist or that the policy does not verify. */
  readonly invalidReferences: readonly Mismatch[];
  /** Checks and rules that verify no item. */
  readonly unusedChecks: readonly string[];
}

/** Returns what verifies an item; `undefined` if a person signs it. */
export function requiredCheckOf(item: ChecklistItem): RequiredCheck | undefined {
  switch (item.method) {
    case "static":
      return item.check.kind === "policy"
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

/** Compares the checks that items require with the declared checks, in both directions. */
export function compareWithDeclaredChecks(
  items: readonly ChecklistItem[],
  declared: readonly DeclaredCheck[],
): CoverageResult {
  const unmet = items.flatMap((item) => {
    const problem = findUnmetRequirement(item, declared);
    return problem === undefined ? [] : [{ subject: item.id, problem }];
  });
  const invalidReferences = declared.flatMap((check) =>
    check.kind === "rule" ? findInvalidItemReferences(check, items) : [],
  );
  const required = items.flatMap((item) => requiredCheckOf(item) ?? []);
  const unusedChecks = declared.filter((check) => !isRequired(check, required)).map(({ name }) => name);
  return { unmet, invalidReferences, unusedChecks };
}

function requireCheck(name: string, finding?: string): RequiredCheck {
  return finding === undefined ? { by: "check", name } : { by: "check", name, finding };
}

function findUnmetRequirement(item: ChecklistItem, declared: readonly DeclaredCheck[]): string | undefined {
  const required = requiredCheckOf(item);
  if (required === undefined) return undefined;
  if (required.by === "policy") {
    const isListed = declared.some((check) => check.kind === "rule" && check.items.includes(item.id));
    return isListed ? undefined : "no policy rule lists it";
  }
  const candidates = declared.filter(
    (check) => check.kind === "check" && matchesCheckName(required.name, check.name),
  );
  if (candidates.length === 0) return `check "${required.name}" does not exist`;
  const { finding } = required;
  if (finding === undefined) return undefined;
  const found = candidates.some((check) => check.kind === "check" && check.findings?.includes(finding));
  return found ? undefined : `check "${required.name}" has no finding "${finding}"`;
}

function findInvalidItemReferences(
  rule: Extract<DeclaredCheck, { kind: "rule" }>,
  items: readonly ChecklistItem[],
): readonly Mismatch[] {
  return rule.items.flatMap((id) => {
    const item = items.find((candidate) => candidate.id === id);
    if (item === undefined) return [{ subject: rule.name, problem: `item "${id}" does not exist` }];
    const required = requiredCheckOf(item);
    if (required?.by === "policy") return [];
    const verifier = required === undefined ? "a signature" : `check "${required.name}"`;
    return [{ subject: rule.name, problem: `item "${id}" is verified by ${verifier}, not by a policy rule` }];
  });
}

function isRequired(check: DeclaredCheck, required: readonly RequiredCheck[]): boolean {
  if (check.kind === "rule") return check.items.length > 0;
  return required.some((one) => one.by === "check" && matchesCheckName(one.name, check.name));
}

function matchesCheckName(required: string, name: string): boolean {
  return required.endsWith("/*") ? name.startsWith(required.slice(0, -1)) : required === name;
}
