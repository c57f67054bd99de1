import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { OperationError } from "../../../operations/errors.ts";
import { PROJECT } from "../../../plan/plan-environment.ts";
import { type ChecklistContext, evaluate } from "./evaluate.ts";
import { readLedger } from "./live.ts";

interface EvidenceOptions {
  readonly signer: string;
  readonly key: string;
}

const HELP = `
The evidence is an in-toto statement with the verdict of every item. It is bound to the digests of the release and the plan and, if
PULUMI_BACKEND_URL is set, to the stack's last update. An auditor verifies it with \`checklist verify\`, or with OpenSSH alone
(docs/checklist.md).`;

/** Creates `checklist evidence`. */
export function evidenceCommand(context: ChecklistContext): Command {
  return new Command("evidence")
    .summary("write the verdicts as signed evidence")
    .description(
      "Evaluates the checklist and writes the verdicts as signed evidence to records/<environment>/evidence/.",
    )
    .argument("<environment>", "the environment")
    .requiredOption("--signer <identity>", "your identity in the allowed-signers file")
    .requiredOption("--key <file>", "your SSH key")
    .addHelpText("after", HELP)
    .action((name: string, options: EvidenceOptions) => writeSignedEvidence(name, options, context));
}

async function writeSignedEvidence(
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
