import { join } from "node:path";
import { VERDICTS } from "../../../checklist/evaluation/verdict.ts";
import { EXTENSION } from "../../../checklist/evidence/statement.ts";
import { type EvidenceCheck, verifyEvidence } from "../../../checklist/evidence/verify-evidence.ts";
import { ALLOWED_SIGNERS_FILE } from "../../../checklist/records/record-files.ts";
import { errorCode } from "../../../components/shared/error-code.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { readTextIfPresent } from "../../../components/shared/read-text-if-present.ts";
import { readTextUpTo } from "../../../components/shared/read-text-up-to.ts";
import { formatJson } from "../../output.ts";
import type { ChecklistContext } from "./evaluate.ts";

export interface VerifyCommandOptions {
  readonly release: string;
  readonly stack: string;
  readonly update?: string;
  readonly plan?: string;
  readonly allowedSigners?: string;
  readonly revokedKeys?: string;
  readonly signature?: string;
  readonly json?: true;
}

/** `checklist verify`: verifies evidence and prints what was checked. */
export function runVerify(
  file: string,
  options: VerifyCommandOptions,
  { directory, output, now }: ChecklistContext,
): void {
  const release = options.release.replace(/^sha256:/, "");
  if (!/^[0-9a-f]{64}$/.test(release))
    throw usage("--release", options.release, "must be a SHA-256 digest of 64 hexadecimal digits");
  const result = verifyEvidence({
    text: readEvidenceFile(file),
    signature: readTextIfPresent(options.signature ?? `${file}.sig`),
    allowedSigners: options.allowedSigners ?? join(directory, ALLOWED_SIGNERS_FILE),
    revokedKeys: options.revokedKeys,
    expected: { release, stack: options.stack, update: options.update, plan: options.plan },
    now: now?.() ?? new Date(),
  });
  const isValid = result.checks.every(({ problem }) => problem === undefined);
  if (options.json === true) output.result(formatJson(resultJson(result, isValid)));
  else output.result(resultText(result, isValid));
  if (!isValid) process.exitCode = 1;
}

function resultJson(
  { statement, fingerprint, checks }: EvidenceCheck,
  valid: boolean,
): Record<string, unknown> {
  const extension = statement?.predicate[EXTENSION];
  return {
    valid,
    checks: checks.map(({ title, problem }) => ({ title, valid: problem === undefined, problem })),
    signer: extension?.signer,
    fingerprint,
    evaluatedAt: extension?.evaluatedAt,
    decision: extension?.decision,
    counts: extension?.counts,
  };
}

function resultText({ statement, fingerprint, checks }: EvidenceCheck, isValid: boolean): string {
  const extension = statement?.predicate[EXTENSION];
  const lines = [
    ...checks.map(({ title, problem }) =>
      problem === undefined ? `ok    ${title}` : `FAIL  ${title}: no, ${problem}`,
    ),
    isValid ? "The evidence is valid." : "The evidence is NOT valid.",
  ];
  if (isValid && extension !== undefined) {
    const { signer, evaluatedAt, decision, counts } = extension;
    lines.push(
      `Signed by ${signer} (${fingerprint ?? "unknown key"}), evaluated at ${evaluatedAt}, decision ${decision}`,
      VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(", "),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Evidence of all items has a few hundred kilobytes. */
const MAX_EVIDENCE_BYTES = 16 * 2 ** 20;

function readEvidenceFile(file: string): string {
  try {
    const text = readTextUpTo(file, MAX_EVIDENCE_BYTES);
    if (text === undefined) throw usage("file", file, "is too large to be evidence");
    return text;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw usage("file", file, `cannot be read (${errorCode(error) ?? "unknown error"})`);
  }
}

function usage(subject: string, value: string, rule: string): InputError {
  return new InputError("The evidence cannot be verified:", [
    { subject, value, rule, remedy: "`checklist verify --help` has examples." },
  ]);
}
