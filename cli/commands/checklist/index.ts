import { Command } from "commander";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { addTargetOptions } from "../target-options.ts";
import type { ChecklistContext } from "./evaluate.ts";
import { evidenceCommand } from "./evidence-command.ts";
import type { ReportOptions } from "./report.ts";
import { runCommand } from "./run-command.ts";
import { scanCommand } from "./scan-command.ts";
import { signOffCommand, waiveCommand } from "./sign-commands.ts";
import { verifyCommand } from "./verify-command.ts";

const EXAMPLES = `
Examples:
  checklist production                      the verdict of every item: failed ones in full, the others as counts
  checklist production --all                every item
  checklist production --html report.html   the report as a page, which also prints
  checklist local --live                    run the live checks first
  checklist production --go-no-go           the decision, what blocks it, and the risks
  checklist sign-off <item> --environment production --signer ada@example.org --evidence "…" --key ~/.ssh/id_ed25519

Verdicts: pass, fail, unproven (nothing was checked), waived, not-applicable (docs/checklist.md).
Exit codes: 0 no critical item failed (with --go-no-go: Go), 1 one failed or a record is invalid (No-Go), 2 usage or configuration error,
3 a required tool (git, ssh-keygen, kubectl with --live) is missing.`;

/** Creates the `checklist` command. */
export function checklistCommand(context: ChecklistContext): Command {
  const command = new Command("checklist")
    .summary("judge every item of the deployment checklist")
    .description(
      "Judges every item of the deployment checklist from the plan, probes, drills and signatures.",
    )
    .argument("<environment>", ENVIRONMENTS.join(", "))
    .option("--json", "print only the report, as JSON")
    .option("--all", "list every item, not only those that failed")
    .option("--go-no-go", "print the decision whether to deploy")
    .option("--html <file>", "write the report as HTML")
    .option("--markdown <file>", "write the report as Markdown")
    .option("--oscal <file>", "write OSCAL assessment results, as JSON")
    .option("--live", "run the live checks against the environment first, and read its ledger")
    .option("--start-pod", "with --live: let a pod in the cluster try the external addresses");
  return addTargetOptions(command, "with --live: ")
    .addHelpText("after", EXAMPLES)
    .action(async (environment: string, options: ReportOptions) => {
      const { runChecklist } = await import("./report.ts");
      await runChecklist(environment, options, context);
    })
    .addCommand(signOffCommand(context))
    .addCommand(waiveCommand(context))
    .addCommand(evidenceCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(scanCommand(context))
    .addCommand(runCommand(context));
}
