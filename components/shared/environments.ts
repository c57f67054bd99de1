/** The environments that `Pulumi.<environment>.yaml` describes; a stack is named after its environment. */
export const ENVIRONMENTS = ["local", "staging", "production", "package"] as const;

/** One of the four environments. */
export type Environment = (typeof ENVIRONMENTS)[number];

/** Whether a text names an environment. */
export function isEnvironment(text: string): text is Environment {
  return (ENVIRONMENTS as readonly string[]).includes(text);
}
