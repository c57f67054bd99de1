import { formatProblem, InputError, type Problem } from "../shared/errors.ts";

/** With more problems, the first ones would scroll off the screen. */
const MAX_SHOWN_PROBLEMS = 20;

/**
 * Rejects a config with all distinct problems, truncated to what fits on a screen.
 * @throws InputError always.
 */
export function throwInputError(summary: string, problems: readonly Problem[]): never {
  const distinct = [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
  const more = distinct.length - MAX_SHOWN_PROBLEMS;
  if (more <= 0) throw new InputError(summary, distinct);
  const rest = { subject: `and ${more} more`, rule: "are not shown", remedy: "Correct these first." };
  throw new InputError(summary, [...distinct.slice(0, MAX_SHOWN_PROBLEMS), rest]);
}
