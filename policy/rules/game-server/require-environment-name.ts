import { variableRule } from "../../lib/game-server.ts";

export const requireEnvironmentName = variableRule({
  name: "require-environment-name",
  items: ["pre.critical.env.environment-name"],
  description: "GODOT_ENV is the name of the stack.",
  explanation: "A server that takes itself for staging reports and behaves as staging.",
  remediation: "Do not set GODOT_ENV; it follows from the stack.",
  variables: {
    GODOT_ENV: (value, { environment }) =>
      value === environment ? undefined : `must be ${JSON.stringify(environment)}: /status reports it`,
  },
});
