import { join } from "node:path";
import type { Environment } from "../../components/shared/environments.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import type { Binding, EvidenceFacts } from "../evaluation/facts.ts";
import { listRecordFiles, recordDirectory } from "../records/record-files.ts";
import { SIGNATURE_SUFFIX, signerFiles, writeSignedFile } from "../records/signed-records.ts";
import { type EvidenceStatement, EXTENSION, statementText } from "./statement.ts";
import { verifyEvidence } from "./verify-evidence.ts";

const EVIDENCE_SUFFIX = ".intoto.json";

/**
 * Signs evidence and writes it with its signature to `records/<environment>/evidence/`.
 * @returns both files, relative to the directory of the stack files.
 */
export function writeEvidence(
  directory: string,
  statement: EvidenceStatement,
  keyFile: string,
): readonly [file: string, signature: string] {
  const { environment, evaluatedAt, signer } = statement.predicate[EXTENSION];
  const text = statementText(statement);
  const folder = recordDirectory(environment, "evidence");
  const file = `${folder}/${evaluatedAt.replaceAll(/[:.]/g, "-")}${EVIDENCE_SUFFIX}`;
  const accept = { signer, now: new Date(evaluatedAt) };
  return writeSignedFile({ directory, file, text, namespace: "evidence@spacetime-vr", keyFile, accept });
}

interface ReadEvidenceOptions {
  readonly directory: string;
  readonly environment: Environment;
  readonly project: string;
  readonly now: Date;
}

/** The evidence of an environment for this release and plan, oldest first. Evidence for others says nothing about it. */
export function readEvidence(
  { directory, environment, project, now }: ReadEvidenceOptions,
  { releaseDigest, planDigest }: Binding,
): readonly EvidenceFacts[] {
  if (releaseDigest === undefined) return [];
  const expected = { release: releaseDigest, stack: `${project}/${environment}`, plan: planDigest };
  return listRecordFiles(directory, environment, "evidence", EVIDENCE_SUFFIX).flatMap(({ file, content }) => {
    const signature = readTextIfPresent(join(directory, `${file}${SIGNATURE_SUFFIX}`));
    const { statement, checks } = verifyEvidence({
      text: content,
      signature,
      ...signerFiles(directory),
      expected,
      now,
    });
    const about = statement?.subject.some(({ digest }) => digest.sha256 === releaseDigest) === true;
    const samePlan = statement?.subject.some(({ digest }) => digest.sha256 === planDigest) === true;
    if (statement !== undefined && !(about && samePlan)) return [];
    const items = statement?.predicate[EXTENSION].items ?? [];
    return [
      {
        file,
        problems: checks.flatMap(({ title, problem }) =>
          problem === undefined ? [] : [`${file}: ${title}: no, ${problem}.`],
        ),
        closed: items.filter(({ verdict }) => verdict === "pass" || verdict === "waived").map(({ id }) => id),
      },
    ];
  });
}
