import { Command } from "commander";
import { ALLOWED_SIGNERS_FILE, PEOPLE_FILE } from "../../../checklist/records/record-files.ts";
import type { ChecklistContext } from "./evaluate.ts";
import type { SignOffOptions, WaiveOptions } from "./sign.ts";

const KEY_HELP = `
The key is your SSH key: the private key's file, or the public key's if the private one is in your agent. Your identity and key must be in
${ALLOWED_SIGNERS_FILE}, your roles in ${PEOPLE_FILE}. Commit both written files.`;

/** Creates `checklist sign-off`. */
export function signOffCommand(context: ChecklistContext): Command {
  return new Command("sign-off")
    .summary("confirm an item that only a person can verify")
    .description("Writes and signs the confirmation of an item, for this release and plan.")
    .argument("<item>", "the item's ID, such as sign-off.package.devops-lead")
    .requiredOption("--environment <environment>", "the environment of the deployment")
    .requiredOption("--signer <identity>", "your identity in the allowed-signers file")
    .requiredOption("--key <file>", "your SSH key")
    .requiredOption("--evidence <text>", "what you saw; the item says what it asks for")
    .option("--choice <choice>", "the answer, if the item has choices")
    .addHelpText("after", KEY_HELP)
    .action(async (item: string, options: SignOffOptions) => {
      const { signOff } = await import("./sign.ts");
      await signOff(item, options, context);
    });
}

/** Creates `checklist waive`. */
export function waiveCommand(context: ChecklistContext): Command {
  return new Command("waive")
    .summary("accept a deviation from an item until a date")
    .description(
      "Writes and signs a waiver: the item counts as waived until the date, and as failed after it.",
    )
    .argument("<item>", "the item's ID")
    .requiredOption("--environment <environment>", "the environment")
    .requiredOption("--signer <identity>", "your identity in the allowed-signers file")
    .requiredOption("--key <file>", "your SSH key")
    .requiredOption("--reason <text>", "why the deviation is acceptable, 15 characters or more")
    .requiredOption("--expires <date>", "the last day, such as 2026-12-31; at most 180 days from today")
    .requiredOption("--owner <identity>", "who owns the accepted risk")
    .addHelpText("after", KEY_HELP)
    .action(async (item: string, options: WaiveOptions) => {
      const { waive } = await import("./sign.ts");
      await waive(item, options, context);
    });
}
