import { formatProblem, InputError, type Problem } from "../shared/errors.ts";

/** More problems than these would push the first ones off the screen. */
const MAX_SHOWN_PROBLEMS = 20;

/**
 * Refuses a config with every problem once, as many as a screen holds.
 * @throws InputError, always.
 */
export function throwInputError(summary: string, problems: readonly Problem[]): never {
  const once = [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
  const more = once.length - MAX_SHOWN_PROBLEMS;
  if (more <= 0) throw new InputError(summary, once);
  const rest = { subject: `and ${more} more`, rule: "are not shown", remedy: "Correct these first." };
  throw new InputError(summary, [...once.slice(0, MAX_SHOWN_PROBLEMS), rest]);
}
