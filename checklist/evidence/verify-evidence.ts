import { parseJson } from "../../components/shared/parse-json.ts";
import { CLOCK_SKEW_MS } from "../clock-skew.ts";
import { countVerdicts } from "../evaluation/verdict.ts";
import { verifyWithSsh } from "../signing/ssh-signature.ts";
import { type EvidenceStatement, EXTENSION, statementSchema, subjectNames, testLists } from "./statement.ts";

/** What the evidence must be about. */
export interface ExpectedSubjects {
  /** SHA-256 of the release. */
  readonly release: string;
  /** `spacetime-vr/production` */
  readonly stack: string;
  /** The ID of the stack's update. */
  readonly update?: string | undefined;
  /** SHA-256 of the plan. */
  readonly plan?: string | undefined;
}

export interface VerifyOptions {
  readonly text: string;
  readonly signature: string | undefined;
  readonly allowedSigners: string;
  readonly revokedKeys?: string | undefined;
  readonly expected: ExpectedSubjects;
  readonly now: Date;
}

/** The result of a verification: what was checked, with the problems. */
export interface EvidenceCheck {
  readonly statement: EvidenceStatement | undefined;
  readonly fingerprint: string | undefined;
  readonly checks: readonly { readonly title: string; readonly problem: string | undefined }[];
}

/** Verifies evidence: the signature, what it is about, and that its parts agree. */
export function verifyEvidence(options: VerifyOptions): EvidenceCheck {
  const parsed = statementSchema.safeParse(parseJson(options.text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const problem = `it is not evidence of this product (${issue?.path.join(".") || "the file"}: ${issue?.message})`;
    return {
      statement: undefined,
      fingerprint: undefined,
      checks: [{ title: "The file is evidence", problem }],
    };
  }
  const statement = parsed.data;
  const signed = verifySignature(statement, options);
  return {
    statement,
    fingerprint: signed.valid ? signed.fingerprint : undefined,
    checks: [
      { title: "The signature is valid", problem: signed.valid ? undefined : signed.reason },
      ...subjectChecks(statement, options.expected),
      { title: "The counts and lists agree with the items", problem: inconsistencyOf(statement) },
    ],
  };
}

/** The key must have been valid when the evidence was signed; evidence outlives keys. */
function verifySignature(statement: EvidenceStatement, options: VerifyOptions) {
  const { signer, evaluatedAt } = statement.predicate[EXTENSION];
  const { text, signature, allowedSigners, revokedKeys, now } = options;
  if (signature === undefined) return { valid: false, reason: "there is no signature file" } as const;
  if (Date.parse(evaluatedAt) > now.getTime() + CLOCK_SKEW_MS)
    return { valid: false, reason: `its date ${evaluatedAt} is in the future` } as const;
  return verifyWithSsh({
    content: text,
    signature,
    namespace: "evidence@spacetime-vr",
    signer,
    allowedSigners,
    revokedKeys,
    at: [new Date(evaluatedAt)],
  });
}

function subjectChecks(statement: EvidenceStatement, expected: ExpectedSubjects): EvidenceCheck["checks"] {
  const extension = statement.predicate[EXTENSION];
  const digestOf = (name: string): string | undefined =>
    statement.subject.find((one) => one.name === name)?.digest.sha256;
  const compare = (title: string, actual: string | undefined, wanted: string) => ({
    title,
    problem: actual === wanted ? undefined : `it is about ${actual ?? "none"}, not about ${wanted}`,
  });
  const { stack, update, environment } = extension;
  const isStackConsistent =
    stack.endsWith(`/${environment}`) && digestOf(subjectNames.plan(stack)) !== undefined;
  const updateSubject = update === undefined ? undefined : digestOf(subjectNames.update(stack, update));
  return [
    compare("It is about the release", digestOf(subjectNames.release), expected.release),
    compare(
      "It is about the stack",
      isStackConsistent ? stack : "another stack than its subjects",
      expected.stack,
    ),
    ...(expected.plan === undefined
      ? []
      : [compare("It is about the plan", digestOf(subjectNames.plan(expected.stack)), expected.plan)]),
    ...(expected.update === undefined
      ? []
      : [
          compare(
            "It is about the update",
            updateSubject === undefined ? undefined : update,
            expected.update,
          ),
        ]),
  ];
}

/** A disagreement between the parts of a statement; undefined if there is none. */
function inconsistencyOf({ predicate }: EvidenceStatement): string | undefined {
  const { items, counts, decision } = predicate[EXTENSION];
  const actual = countVerdicts(items);
  if (JSON.stringify(sorted(actual)) !== JSON.stringify(sorted(counts)))
    return "the counts differ from the items";
  const lists = testLists(items);
  const { passedTests, warnedTests, failedTests, result } = predicate;
  if (
    JSON.stringify([lists.passedTests, lists.warnedTests, lists.failedTests]) !==
    JSON.stringify([passedTests, warnedTests, failedTests])
  )
    return "the lists of tests differ from the items";
  if (new Set(items.map(({ id }) => id)).size !== items.length) return "an item is listed twice";
  if (items.some(({ verdict, subjects }) => verdict === "pass" && subjects === 0))
    return "an item passed although nothing was checked";
  if ((decision === "no-go") !== (result === "FAILED")) return "the result differs from the decision";
  return undefined;
}

function sorted(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}
