import { Command } from "commander";
import { type Output, writeResultFile } from "../output.ts";

/** Creates the `local unit` command. */
export function systemdUnitCommand(context: {
  readonly directory: string;
  readonly root: string;
  readonly output: Output;
}): Command {
  const { directory, root, output } = context;
  return new Command("unit")
    .description("print a hardened systemd unit that runs this deployment on bare metal (Linux)")
    .option("--user", "for a systemd user instance (~/.config/systemd/user) instead of the system instance")
    .option("--build <directory>", "a Godot export to run")
    .option("--output <file>", "write a file instead of printing")
    .action(async (flags: { user?: true; build?: string; output?: string }) => {
      const { renderSystemdUnit } = await import("../../operations/local/systemd-unit.ts");
      const text = renderSystemdUnit({
        project: directory,
        root,
        node: process.execPath,
        user: flags.user === true,
        build: flags.build,
      });
      if (flags.output === undefined) output.result(text);
      else {
        writeResultFile("--output", flags.output, text);
        output.note(`${flags.output} written`);
      }
    });
}
