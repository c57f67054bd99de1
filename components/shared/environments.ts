/** The environments, each with a `Pulumi.<environment>.yaml`; a stack has the name of its environment. */
export const ENVIRONMENTS = ["local", "staging", "production", "package"] as const;

/** One of the four environments. */
export type Environment = (typeof ENVIRONMENTS)[number];

/** Whether a string is the name of an environment. */
export function isEnvironment(text: string): text is Environment {
  return (ENVIRONMENTS as readonly string[]).includes(text);
}
