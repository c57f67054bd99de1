import { ENVIRONMENTS, type Environment, isEnvironment } from "../shared/environments.ts";
import { InputError } from "../shared/errors.ts";
import { didYouMean } from "./did-you-mean.ts";

/**
 * Parses the name of an environment.
 * @throws InputError if there is no such environment.
 */
export function parseEnvironment(text: string): Environment {
  if (isEnvironment(text)) return text;
  throw new InputError("Unknown environment:", [
    {
      subject: "environment",
      value: text,
      rule: `must be one of ${ENVIRONMENTS.join(", ")}`,
      remedy: didYouMean(text, ENVIRONMENTS) ?? "Use one of these; a stack has the name of its environment.",
    },
  ]);
}
