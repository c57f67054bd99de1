import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { CLOCK_SKEW_MS } from "../clock-skew.ts";
import type { SignedRecord } from "../evaluation/facts.ts";
import { type SignatureNamespace, signWithSsh, verifyWithSsh } from "../signing/ssh-signature.ts";
import { type People, rolesOf } from "./people.ts";
import {
  ALLOWED_SIGNERS_FILE,
  listRecordFiles,
  RECORDS_DIRECTORY,
  type RecordKind,
  type RecordProblem,
  recordDirectory,
  rejectedFile,
} from "./record-files.ts";
import { type SignOff, signOffSchema } from "./sign-off.ts";
import { type Waiver, waiverSchema } from "./waiver.ts";

/** Revoked keys, if the file exists. */
const REVOKED_KEYS_FILE = `${RECORDS_DIRECTORY}/revoked-keys`;

export const SIGNATURE_SUFFIX = ".sig";

/** The fields that the verification of any signed record reads. */
interface SignedContent {
  readonly item: string;
  readonly environment: Environment;
  readonly signer: string;
  readonly signedAt: string;
}

/** The signed records of one kind, and the files that are not valid records. */
interface SignedRecords<Content> {
  readonly records: readonly SignedRecord<Content>[];
  readonly problems: readonly RecordProblem[];
}

export interface ReadSignedOptions {
  readonly directory: string;
  readonly environment: Environment;
  readonly people: People;
  readonly now: Date;
}

/** Reads and verifies the sign-offs of an environment. */
export function readSignOffs(options: ReadSignedOptions): SignedRecords<SignOff> {
  return readSigned("sign-offs", signOffSchema, "sign-off@spacetime-vr", options);
}

/** Reads and verifies the waivers of an environment. */
export function readWaivers(options: ReadSignedOptions): SignedRecords<Waiver> {
  return readSigned("waivers", waiverSchema, "waiver@spacetime-vr", options);
}

function readSigned<Content extends SignedContent>(
  kind: RecordKind,
  schema: z.ZodType<Content>,
  namespace: SignatureNamespace,
  options: ReadSignedOptions,
): SignedRecords<Content> {
  const { directory, environment, people } = options;
  const records: SignedRecord<Content>[] = [];
  const problems: RecordProblem[] = [];
  for (const { file, content: text } of listRecordFiles(directory, environment, kind, ".json")) {
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) {
      problems.push(...rejectedFile(file, parsed.error));
      continue;
    }
    const content = parsed.data;
    if (content.environment !== environment)
      problems.push({ file, path: "environment", message: `must be ${environment}, like the directory` });
    else if (file !== `${recordDirectory(environment, kind)}/${content.item}.json`)
      problems.push({ file, path: "item", message: "must be the name of the file" });
    else {
      const signature = verifyRecord(text, file, content, namespace, options);
      records.push({ file, content, signature, roles: rolesOf(people, content.signer) });
    }
  }
  return { records, problems };
}

/** A record counts only if the key was valid when it was signed and still is: a time alone could be invented. */
function verifyRecord(
  text: string,
  file: string,
  { signer, signedAt }: SignedContent,
  namespace: SignatureNamespace,
  { directory, now }: ReadSignedOptions,
): SignedRecord<unknown>["signature"] {
  const signature = readTextIfPresent(join(directory, `${file}${SIGNATURE_SUFFIX}`));
  if (signature === undefined) return { valid: false, reason: "it has no signature file" };
  if (Date.parse(signedAt) > now.getTime() + CLOCK_SKEW_MS)
    return { valid: false, reason: `its date ${signedAt} is in the future` };
  return verifyWithSsh({
    content: text,
    signature,
    namespace,
    signer,
    ...signerFiles(directory),
    at: [new Date(signedAt), now],
  });
}

/** The paths of the files that say which keys may sign. */
export function signerFiles(directory: string): {
  readonly allowedSigners: string;
  readonly revokedKeys?: string;
} {
  const revokedKeys = join(directory, REVOKED_KEYS_FILE);
  return {
    allowedSigners: join(directory, ALLOWED_SIGNERS_FILE),
    ...(existsSync(revokedKeys) ? { revokedKeys } : {}),
  };
}

/**
 * Signs a record and writes it with its signature.
 * @param now verifies the signature at this time before anything is written.
 * @returns both files, relative to the directory of the stack files.
 */
export function writeSignedRecord(
  directory: string,
  record: SignOff | Waiver,
  keyFile: string,
  now?: Date,
): readonly [file: string, signature: string] {
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  const namespace = record.kind === "sign-off" ? "sign-off@spacetime-vr" : "waiver@spacetime-vr";
  const folder = recordDirectory(record.environment, record.kind === "sign-off" ? "sign-offs" : "waivers");
  const accept = now === undefined ? undefined : { signer: record.signer, now };
  const file = `${folder}/${record.item}.json`;
  return writeSignedFile({ directory, file, text, namespace, keyFile, accept });
}

interface FileToSign {
  readonly directory: string;
  /** Relative to the directory. */
  readonly file: string;
  readonly text: string;
  readonly namespace: SignatureNamespace;
  readonly keyFile: string;
  /** Who must be allowed to sign with this key, and when; undefined writes without a verification. */
  readonly accept?: { readonly signer: string; readonly now: Date } | undefined;
}

/**
 * Signs a text, and writes the signature and then the text: no reader finds the file unsigned.
 * @throws InputError if the key is not that of the signer; an existing record is unchanged.
 * @returns both files.
 */
export function writeSignedFile({
  directory,
  file,
  text,
  namespace,
  keyFile,
  accept,
}: FileToSign): readonly [file: string, signature: string] {
  const signatureFile = `${file}${SIGNATURE_SUFFIX}`;
  const signature = signWithSsh(text, keyFile, namespace);
  if (accept !== undefined) {
    const { signer, now } = accept;
    const signed = { content: text, signature, namespace, signer, ...signerFiles(directory), at: [now] };
    const checked = verifyWithSsh(signed);
    if (!checked.valid) throw rejectedKey(keyFile, checked.reason);
  }
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  for (const [path, content] of [
    [signatureFile, signature],
    [file, text],
  ] as const)
    writeAtomically(join(directory, path), (temporaryPath) =>
      writeFileSync(temporaryPath, content, { flag: "wx" }),
    );
  return [file, signatureFile];
}

function rejectedKey(keyFile: string, reason: string): InputError {
  return new InputError("Nothing was signed:", [
    {
      subject: "--key",
      value: keyFile,
      rule: `makes a signature that is not accepted: ${reason}`,
      remedy: `Use your own key, or add it to ${ALLOWED_SIGNERS_FILE}; docs/checklist.md shows the line.`,
    },
  ]);
}
