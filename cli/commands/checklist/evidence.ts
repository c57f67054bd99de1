import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { OperationError } from "../../../operations/errors.ts";
import { PROJECT } from "../../../plan/plan-environment.ts";
import { type ChecklistContext, evaluate } from "./evaluate.ts";
import { readLedger } from "./live.ts";

export interface EvidenceOptions {
  readonly signer: string;
  readonly key: string;
}

/** `checklist evidence`: evaluates the checklist and writes the verdicts with their signature. */
export async function writeSignedEvidence(
  name: string,
  options: EvidenceOptions,
  context: ChecklistContext,
): Promise<void> {
  const { directory, output } = context;
  const environment = parseEnvironment(name);
  const ledger = await readLedger(environment, context);
  const { report } = await evaluate({ environment, ledger: ledger?.facts }, context);
  const { releaseDigest } = report.binding;
  if (releaseDigest === undefined) {
    throw new OperationError(1, {
      subject: "the release",
      rule: "is not known, so evidence cannot be bound to it",
      remedy: `Set gameServer.image in Pulumi.${environment}.yaml to the image's real digest.`,
    });
  }
  const [{ createStatement, EXTENSION }, { writeEvidence }] = await Promise.all([
    import("../../../checklist/evidence/statement.ts"),
    import("../../../checklist/evidence/evidence-files.ts"),
  ]);
  const configuration = [`Pulumi.${environment}.yaml`, "policy/config.yaml"].map((file) => ({
    name: file,
    text: readFileSync(join(directory, file), "utf8"),
  }));
  const statement = createStatement(report, {
    project: PROJECT,
    signer: options.signer,
    releaseDigest,
    configuration,
  });
  const [file, signature] = writeEvidence(directory, statement, options.key);
  const { stack } = statement.predicate[EXTENSION];
  output.result(`${file}\n${signature}\n`);
  output.note(`Verify it with: checklist verify ${file} --stack ${stack} --release ${releaseDigest}`);
}
