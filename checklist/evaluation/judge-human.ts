import { sha256 } from "../../components/shared/sha256.ts";
import type { SignOff } from "../records/sign-off.ts";
import type { ChecklistItem } from "../types.ts";
import type { Binding, SignedRecord } from "./facts.ts";
import { failed, type Judgement, passed, unproven } from "./verdict.ts";

type HumanItem = Extract<ChecklistItem, { method: "human" }>;

/** The digest of what a person signs: the statement and the evidence that it asks for. */
export function itemDigest({
  id,
  title,
  method,
  check,
}: Pick<ChecklistItem, "id" | "title" | "method" | "check">): string {
  return sha256(JSON.stringify([id, title, method, check]));
}

/** Judges an item by its sign-off. An invalid one is a failure, because it claims what is not so. */
export function judgeHuman(
  item: HumanItem,
  signOffs: readonly SignedRecord<SignOff>[],
  binding: Binding,
): Judgement {
  const found = signOffs.find(({ content }) => content.item === item.id);
  if (found === undefined) return unproven(`Not signed off by the ${item.owner.replaceAll("-", " ")}.`);
  const { file, content, signature, roles } = found;
  const proof = [file];
  if (!signature.valid) return failed(`The sign-off is not valid: ${signature.reason}.`, { proof });
  if (!roles.includes(item.owner))
    return failed(`Signed by ${content.signer}, who does not have the role ${item.owner}.`, { proof });
  if (content.itemDigest !== itemDigest(item))
    return unproven("The item has changed since it was signed off.", { proof });
  if (!isBoundTo(content.binding, binding))
    return unproven("The sign-off is for another release or another plan.", { proof });
  const accepted = item.check.accepts ?? item.choices;
  if (accepted !== undefined && !accepted.includes(content.choice ?? ""))
    return failed(`Signed with "${content.choice ?? "no choice"}"; accepted: ${accepted.join(", ")}.`, {
      proof,
    });
  return passed(1, `Signed by ${content.signer} at ${content.signedAt}.`, {
    proof,
    recorded: [content.choice, content.evidence].filter((one) => one !== undefined).join(": "),
  });
}

/** Whether a record was signed for this release; without a release, for this plan. */
function isBoundTo(signed: SignOff["binding"], { planDigest, releaseDigest }: Binding): boolean {
  return signed.releaseDigest === releaseDigest && signed.planDigest === planDigest;
}
