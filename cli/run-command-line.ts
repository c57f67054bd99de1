import type { Command } from "commander";
import { escapeUnsafeCharacters } from "../components/shared/errors.ts";
import { rejectUnsafeNodeOptions, secureEnvironment } from "../operations/operator-environment.ts";
import { reportError } from "./error-report.ts";
import { handleClosedPipe, type Output, processOutput } from "./output.ts";

/**
 * Runs a command line of this process in a secured environment. Sets the exit code instead of exiting, so that output to a pipe is
 * written completely.
 */
export async function runSecuredProcess(run: (output: Output) => Promise<void>): Promise<void> {
  handleClosedPipe();
  const output = processOutput();
  await reportFailure(output, false, async () => {
    rejectUnsafeNodeOptions([...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)]);
    for (const warning of secureEnvironment(process.env)) output.note(warning);
    await run(output);
  });
}

/** Runs a command line with the given output and sets the exit code. */
export async function runCommandLine(
  program: Command,
  args: readonly string[],
  output: Output,
): Promise<void> {
  configureCommand(program, output);
  await reportFailure(output, args.includes("--debug"), async () => {
    await program.parseAsync(args, { from: "user" });
  });
}

async function reportFailure(output: Output, debug: boolean, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { exitCode, text } = reportError(error, debug);
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
