import { Command } from "commander";
import { ALLOWED_SIGNERS_FILE } from "../../../checklist/records/record-files.ts";
import type { ChecklistContext } from "./evaluate.ts";
import type { VerifyCommandOptions } from "./verify.ts";

const HELP = `
Examples:
  checklist verify evidence.intoto.json --stack spacetime-vr/production --release 9f86d0…0a08
  checklist verify evidence.intoto.json --stack … --release … --update 20261128T021000Z --allowed-signers signers

The evidence must be about the given release and stack: evidence copied from another one fails. Neither the repository nor the
records are read, only the three files: the evidence, its signature, and the allowed signers.
Exit codes: 0 valid, 1 not valid, 2 usage error, 3 ssh-keygen is missing.`;

/** Creates `checklist verify`. */
export function verifyCommand(context: ChecklistContext): Command {
  return new Command("verify")
    .summary("verify signed evidence")
    .description("Verifies evidence: its signature, what it is about, and that its parts agree.")
    .argument("<file>", "the evidence")
    .requiredOption("--release <sha256>", "the digest of the release that it must be about")
    .requiredOption("--stack <project/environment>", "the stack that it must be about")
    .option("--update <id>", "the update of the stack that it must be about")
    .option("--plan <sha256>", "the digest of the plan that it must be about")
    .option("--signature <file>", "the signature (default: <file>.sig)")
    .option("--allowed-signers <file>", `who may sign (default: ${ALLOWED_SIGNERS_FILE})`)
    .option("--revoked-keys <file>", "keys that may no longer sign")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", HELP)
    .action(async (file: string, _: VerifyCommandOptions, command: Command) => {
      const { runVerify } = await import("./verify.ts");
      // `checklist` has --json too, and reads it first.
      runVerify(file, command.optsWithGlobals<VerifyCommandOptions>(), context);
    });
}
