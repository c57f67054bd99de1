import type { Waiver } from "../records/waiver.ts";
import { MAX_WAIVER_DAYS } from "../records/waiver.ts";
import type { ChecklistItem, Role } from "../types.ts";
import type { SignedRecord } from "./facts.ts";
import { itemDigest } from "./judge-human.ts";
import type { PolicyJudgement } from "./judge-policy.ts";
import { failed } from "./verdict.ts";

/** May waive any item, in addition to the item's own role. */
const WAIVING_ROLES: readonly Role[] = ["tech-lead", "security-lead"];

const DAY_MS = 86_400_000;

/** Applies the waiver of an item. A passed item needs none; an invalid or expired waiver of any other item is a failure. */
export function applyWaiver(
  item: ChecklistItem,
  judged: PolicyJudgement,
  waivers: readonly SignedRecord<Waiver>[],
  now: Date,
): PolicyJudgement {
  const found = waivers.find(({ content }) => content.item === item.id);
  if (found === undefined || !["fail", "unproven"].includes(judged.verdict)) return judged;
  const { file, content } = found;
  const invalid = waiverProblem(item, found, now);
  const proof = [...(judged.proof ?? []), file];
  if (invalid !== undefined) {
    const problems = [invalid, ...(judged.problems ?? [])];
    return failed(`The waiver is not valid: ${invalid}`, { proof, problems });
  }
  const { owner, reason, expires } = content;
  return {
    ...judged,
    verdict: "waived",
    reason: `Waived by ${owner} until ${expires}: ${reason}`,
    proof,
    waiver: { owner, reason, expires },
  };
}

/** Why a waiver does not count; undefined if it does. */
export function waiverProblem(
  item: ChecklistItem,
  { content, signature, roles }: Omit<SignedRecord<Waiver>, "file">,
  now: Date,
): string | undefined {
  if (!signature.valid) return `${signature.reason}.`;
  const today = now.toISOString().slice(0, 10);
  if (today > content.expires) return `it expired on ${content.expires}.`;
  const days = (Date.parse(content.expires) - Date.parse(content.signedAt)) / DAY_MS;
  if (days > MAX_WAIVER_DAYS) return `it is valid for more than ${MAX_WAIVER_DAYS} days.`;
  if (!roles.some((role) => role === item.owner || (WAIVING_ROLES as readonly string[]).includes(role)))
    return `${content.signer} has neither the role ${item.owner} nor ${WAIVING_ROLES.join(" or ")}.`;
  if (content.itemDigest !== itemDigest(item)) return "the item has changed since it was signed.";
  return undefined;
}
