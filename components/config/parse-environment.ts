import { ENVIRONMENTS, type Environment, isEnvironment } from "../shared/environments.ts";
import { InputError } from "../shared/errors.ts";
import { didYouMean } from "./did-you-mean.ts";

/**
 * The environment that a text names.
 * @throws InputError when it names none.
 */
export function parseEnvironment(text: string): Environment {
  if (isEnvironment(text)) return text;
  throw new InputError("There is no such environment:", [
    {
      subject: "environment",
      value: text,
      rule: `must be one of ${ENVIRONMENTS.join(", ")}`,
      remedy: didYouMean(text, ENVIRONMENTS) ?? "Name one of them; a stack is named after its environment.",
    },
  ]);
}
