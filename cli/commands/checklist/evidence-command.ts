import { Command } from "commander";
import type { ChecklistContext } from "./evaluate.ts";
import type { EvidenceOptions } from "./evidence.ts";

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
    .action(async (name: string, options: EvidenceOptions) => {
      const { writeSignedEvidence } = await import("./evidence.ts");
      await writeSignedEvidence(name, options, context);
    });
}
