import type { Command } from "commander";
import { escapeUnsafeCharacters } from "../components/shared/errors.ts";
import { reportError } from "./error-report.ts";
import type { Output } from "./output.ts";

/** Runs a command line with the given output and sets the exit code. */
export async function runCommandLine(
  program: Command,
  args: readonly string[],
  output: Output,
): Promise<void> {
  configureCommand(program, output);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const { exitCode, text } = reportError(error, args.includes("--debug"));
    if (text !== "") output.note(text.trimEnd());
    process.exitCode = exitCode;
  }
}

/** commander does not pass these settings on to commands that were created separately. */
function configureCommand(command: Command, output: Output): void {
  command
    .configureOutput({
      writeOut: output.result,
      writeErr: (text) => output.note(escapeUnsafeCharacters(text.trimEnd())),
    })
    .exitOverride()
    .showHelpAfterError("Add --help for the usage.")
    .configureHelp({ showGlobalOptions: true });
  for (const inner of command.commands) configureCommand(inner, output);
}
