import { waiverProblem } from "../../../checklist/evaluation/apply-waiver.ts";
import { itemDigest } from "../../../checklist/evaluation/judge-human.ts";
import { itemById, items } from "../../../checklist/items/index.ts";
import { type People, readPeople, rolesOf } from "../../../checklist/records/people.ts";
import { PEOPLE_FILE } from "../../../checklist/records/record-files.ts";
import { type SignOff, signOffSchema } from "../../../checklist/records/sign-off.ts";
import { writeSignedRecord } from "../../../checklist/records/signed-records.ts";
import { type Waiver, waiverSchema } from "../../../checklist/records/waiver.ts";
import type { ChecklistItem } from "../../../checklist/types.ts";
import { didYouMean } from "../../../components/config/did-you-mean.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { type ChecklistContext, evaluate } from "./evaluate.ts";

interface SignOptions {
  readonly environment: string;
  readonly signer: string;
  readonly key: string;
}

export interface SignOffOptions extends SignOptions {
  readonly evidence: string;
  readonly choice?: string;
}

export interface WaiveOptions extends SignOptions {
  readonly reason: string;
  readonly expires: string;
  readonly owner: string;
}

/** `checklist sign-off`: writes and signs the confirmation of an item. */
export async function signOff(id: string, options: SignOffOptions, context: ChecklistContext): Promise<void> {
  const item = requireItem(id);
  if (item.method !== "human")
    throw problem(
      "item",
      id,
      "is verified by a check, not by a person",
      "Run the check, or use `checklist waive`.",
    );
  const environment = requireApplicable(item, parseEnvironment(options.environment));
  const people = readPeople(context.directory);
  requireRole(people, options.signer, [item.owner]);
  const choices = item.check.accepts ?? item.choices;
  if (
    choices !== undefined &&
    (options.choice === undefined || !(item.choices ?? choices).includes(options.choice))
  )
    throw problem(
      "--choice",
      options.choice,
      `must be one of ${(item.choices ?? choices).join(", ")}`,
      `The item passes with: ${choices.join(", ")}.`,
    );
  const { facts } = await evaluate({ environment }, context);
  const { planDigest, releaseDigest } = facts.binding;
  const record: SignOff = {
    version: 1,
    kind: "sign-off",
    item: item.id,
    itemDigest: itemDigest(item),
    environment,
    signer: options.signer,
    signedAt: facts.now.toISOString(),
    binding: { planDigest, ...(releaseDigest === undefined ? {} : { releaseDigest }) },
    evidence: options.evidence,
    ...(options.choice === undefined ? {} : { choice: options.choice }),
  };
  const parsed = signOffSchema.safeParse(record);
  if (!parsed.success) throw invalidRecord(parsed.error.issues);
  sign(record, options.key, context, facts.now);
}

/** `checklist waive`: writes and signs a waiver of an item. */
export async function waive(id: string, options: WaiveOptions, context: ChecklistContext): Promise<void> {
  const item = requireItem(id);
  const environment = requireApplicable(item, parseEnvironment(options.environment));
  const now = context.now?.() ?? new Date();
  const people = readPeople(context.directory);
  const record: Waiver = {
    version: 1,
    kind: "waiver",
    item: item.id,
    itemDigest: itemDigest(item),
    environment,
    signer: options.signer,
    signedAt: now.toISOString(),
    reason: options.reason,
    owner: options.owner,
    expires: options.expires,
  };
  const parsed = waiverSchema.safeParse(record);
  if (!parsed.success) throw invalidRecord(parsed.error.issues);
  const invalid = waiverProblem(
    item,
    { content: record, signature: { valid: true }, roles: rolesOf(people, options.signer) },
    now,
  );
  if (invalid !== undefined)
    throw problem(
      "waiver",
      id,
      `is not valid: ${invalid.replace(/\.$/, "")}`,
      `Check --expires, and your roles in ${PEOPLE_FILE}.`,
    );
  sign(record, options.key, context, now);
}

/** Writes the record only with a signature that is valid: it would otherwise be found on the deployment day. */
function sign(
  record: SignOff | Waiver,
  key: string,
  { directory, output }: ChecklistContext,
  now: Date,
): void {
  const [file, signature] = writeSignedRecord(directory, record, key, now);
  output.result(`${file}\n${signature}\n`);
}

function requireItem(id: string): ChecklistItem {
  const item = itemById(id);
  if (item !== undefined) return item;
  const ids = items.map((one): string => one.id);
  throw problem(
    "item",
    id,
    "is not an item of the checklist",
    didYouMean(id, ids) ?? "`checklist <environment> --all` lists every item.",
  );
}

function requireApplicable(item: ChecklistItem, environment: Environment): Environment {
  if (item.environments.includes(environment)) return environment;
  throw problem(
    "--environment",
    environment,
    `is not an environment of ${item.id}`,
    `It applies to ${item.environments.join(", ")}.`,
  );
}

function requireRole(people: People, signer: string, roles: readonly string[]): void {
  if (rolesOf(people, signer).some((role) => roles.includes(role))) return;
  if (!people.people.some(({ id }) => id === signer))
    throw problem(
      "--signer",
      signer,
      `is not one of the people in ${PEOPLE_FILE}`,
      "Add the person with the roles and a contact; docs/checklist.md has an example.",
    );
  throw problem(
    "--signer",
    signer,
    `must have the role ${roles.join(" or ")}`,
    `Ask that person, or add the role in ${PEOPLE_FILE}.`,
  );
}

function invalidRecord(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): InputError {
  return new InputError(
    "Nothing was signed:",
    issues.map(({ path, message }) => ({
      subject: `--${path.join(".")}`,
      rule: `is not valid (${message})`,
      remedy: "Correct the option; --help describes it.",
    })),
  );
}

function problem(subject: string, value: string | undefined, rule: string, remedy: string): InputError {
  return new InputError("Nothing was signed:", [
    { subject, ...(value === undefined ? {} : { value }), rule, remedy },
  ]);
}
