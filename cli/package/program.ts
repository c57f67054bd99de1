import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { loadCommand } from "../commands/load.ts";
import { packageCommand } from "../commands/package/package.ts";
import { probeCommands } from "../commands/probe.ts";
import { verifyCommand } from "../commands/release/verify.ts";
import type { Output } from "../output.ts";
import { runCommandLine, runSecuredProcess } from "../run-command-line.ts";

/**
 * The command line of a release package: what its receiver needs, without the Pulumi SDK, so that it is one file.
 * @param root the directory of the unpacked package.
 */
export function runPackageProcess(args: readonly string[], root: string): Promise<void> {
  return runSecuredProcess((output) => runPackageProgram(args, root, output));
}

async function runPackageProgram(args: readonly string[], root: string, output: Output): Promise<void> {
  const directory = join(root, "config");
  const version = readFileSync(join(root, "VERSION"), "utf8").trim();
  const program = new Command("spacetime-vr")
    .description(`Deploys and verifies SpaceTime VR ${version}.`)
    .version(version, "--version", "print the version")
    .option("--debug", "show a stack trace with an error")
    .addCommand(
      new Command("release").description("Verifies a release package.").addCommand(verifyCommand({ output })),
    )
    .addCommand(packageCommand({ root, output }))
    .addCommand(loadCommand({ directory, output }));
  for (const command of probeCommands({ directory, output })) program.addCommand(command);
  await runCommandLine(program, args, output);
}
