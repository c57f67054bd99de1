import { Command } from "commander";
import type { ChecklistContext } from "./evaluate.ts";
import type { RunOptions } from "./run.ts";

const HELP = `
Examples:
  checklist run production --by ada@example.org                 start the day, or continue it
  checklist run production --status                             where it is, and what is due
  checklist run production --by ada@example.org --follow-up "hour 1"
  checklist run production --documents day                      quick reference, reports, status page text, lessons learned

At each step, type one letter and, after a space, a note: d done, f failed, s skip, n note, v judge again, p pause, r roll back.
Ctrl-C and the end of the input pause, too.
The state file (.spacetime-vr/<environment>/deployment-day.json, or --state) can be copied to another machine to continue there.
Exit codes: 0 completed or paused, 1 rolled back, 2 usage error.`;

/** Creates `checklist run`. */
export function runCommand(context: ChecklistContext): Command {
  return new Command("run")
    .summary("go through the deployment day step by step")
    .description(
      "Goes through the deployment day: steps in order, with times, names and notes; it can be paused and continued elsewhere.",
    )
    .argument("<environment>", "the environment")
    .option("--by <identity>", "who you are")
    .option("--state <file>", "the state file")
    .option("--status", "only show where the day is")
    .option("--json", "with --status: print the state, as JSON")
    .option("--follow-up <name>", 'complete a follow-up: "hour 1", "hour 4", "hour 24", "week 1"')
    .option("--documents <directory>", "write the documents of the day")
    .addHelpText("after", HELP)
    .action(async (name: string, _: RunOptions, command: Command) => {
      const { runDay } = await import("./run.ts");
      // `checklist` has --json too, and reads it first.
      await runDay(name, command.optsWithGlobals<RunOptions>(), context);
    });
}
