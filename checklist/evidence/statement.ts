import { z } from "zod";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { sha256 } from "../../components/shared/sha256.ts";
import { type ItemResult, type ItemVerdict, VERDICTS } from "../evaluation/verdict.ts";
import { items } from "../items/index.ts";
import { PRINCIPAL } from "../records/signed-record.ts";
import type { ChecklistReport } from "../report/checklist-report.ts";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1";

/** The extension field with the verdicts; in-toto requires a URI, so that names do not collide. */
export const EXTENSION = "https://spacetime-vr.com/attestation/checklist/v1";

const digest = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const resource = z.strictObject({ name: z.string().min(1), digest });

const evidenceItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  priority: z.enum(["critical", "high", "medium"]),
  phase: z.string(),
  method: z.enum(["static", "live", "drill", "human"]),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  subjects: z.int().nonnegative(),
  problems: z.array(z.string()).optional(),
  proof: z.array(z.string()).optional(),
  recorded: z.string().optional(),
  waiver: z.strictObject({ owner: z.string(), reason: z.string(), expires: z.string() }).optional(),
});

const extensionSchema = z.strictObject({
  /** Project and environment: `spacetime-vr/production`. */
  stack: z.string().regex(/^[a-z0-9-]+\/[a-z]+$/),
  environment: z.enum(ENVIRONMENTS),
  evaluatedAt: z.iso.datetime(),
  signer: z.string().regex(PRINCIPAL),
  commit: z.string().optional(),
  update: z.string().optional(),
  decision: z.enum(["go", "no-go"]),
  counts: z.record(z.enum(VERDICTS), z.int().nonnegative()),
  items: z.array(evidenceItem),
});

/** The evidence: an in-toto statement with a test-result predicate. */
export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(resource).min(2),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    result: z.enum(["PASSED", "WARNED", "FAILED"]),
    configuration: z.array(resource).min(1),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
    [EXTENSION]: extensionSchema,
  }),
});

export type EvidenceStatement = z.infer<typeof statementSchema>;

interface StatementOptions {
  readonly project: string;
  readonly signer: string;
  readonly releaseDigest: string;
  /** Files that the evaluation was configured with, with their text. */
  readonly configuration: readonly { readonly name: string; readonly text: string }[];
}

/** The names of the subjects. */
export const subjectNames = {
  release: "release",
  plan: (stack: string): string => `plan/${stack}`,
  update: (stack: string, id: string): string => `stack-update/${stack}/${id}`,
};

/** Creates the statement of an evaluation, bound to the release, the plan and the stack's update. */
export function createStatement(report: ChecklistReport, options: StatementOptions): EvidenceStatement {
  const { environment, binding, update, commit, counts, decision, results, evaluatedAt } = report;
  const stack = `${options.project}/${environment}`;
  const subject = (name: string, value: string) => ({ name, digest: { sha256: value } });
  return {
    _type: STATEMENT_TYPE,
    subject: [
      subject(subjectNames.release, options.releaseDigest),
      subject(subjectNames.plan(stack), binding.planDigest),
      ...(update === undefined ? [] : [subject(subjectNames.update(stack, update.id), update.digest)]),
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      result: resultOf(decision.decision, results),
      configuration: [
        subject("checklist/items", itemsDigest()),
        ...options.configuration.map(({ name, text }) => subject(name, sha256(text))),
      ],
      ...testLists(results.map(({ item, verdict }) => ({ id: item.id, verdict }))),
      [EXTENSION]: {
        stack,
        environment,
        evaluatedAt,
        signer: options.signer,
        ...(commit === undefined ? {} : { commit }),
        ...(update === undefined ? {} : { update: update.id }),
        decision: decision.decision,
        counts: { ...counts },
        items: results.map(evidenceItemOf),
      },
    },
  };
}

/** The digest of the items that were evaluated: another list of items gives other evidence. */
export function itemsDigest(): string {
  return sha256(JSON.stringify(items));
}

function resultOf(decision: "go" | "no-go", results: readonly ItemResult[]): "PASSED" | "WARNED" | "FAILED" {
  if (decision === "no-go") return "FAILED";
  const isClean = results.every(({ verdict }) => verdict === "pass" || verdict === "not-applicable");
  return isClean ? "PASSED" : "WARNED";
}

/** The lists of the predicate: an unproven item did not pass, so it is listed as failed. */
export function testLists(verdicts: readonly { readonly id: string; readonly verdict: ItemVerdict }[]) {
  const list = (...wanted: readonly ItemVerdict[]): string[] =>
    verdicts.filter(({ verdict }) => wanted.includes(verdict)).map(({ id }) => id);
  return { passedTests: list("pass"), warnedTests: list("waived"), failedTests: list("fail", "unproven") };
}

function evidenceItemOf(result: ItemResult): z.infer<typeof evidenceItem> {
  const { item, verdict, reason, subjects, problems, proof, recorded, waiver } = result;
  const { id, title, priority, phase, method } = item;
  return {
    ...{ id, title, priority, phase, method, verdict, reason, subjects },
    ...(problems === undefined ? {} : { problems: [...problems] }),
    ...(proof === undefined ? {} : { proof: [...proof] }),
    ...(recorded === undefined ? {} : { recorded }),
    ...(waiver === undefined ? {} : { waiver: { ...waiver } }),
  };
}

/** The text that is signed and written. */
export function statementText(statement: EvidenceStatement): string {
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}
