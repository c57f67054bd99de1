import { variableRule } from "../../lib/game-server.ts";

export const requireEnvironmentName = variableRule({
  name: "require-environment-name",
  items: ["pre.critical.env.environment-name"],
  description: "GODOT_ENV equals the stack name.",
  explanation: "A server with the wrong environment name reports and behaves as that environment.",
  remediation: "Remove GODOT_ENV from gameServer.variables; it is derived from the stack.",
  variables: {
    GODOT_ENV: (value, { environment }) =>
      value === environment ? undefined : `must be ${JSON.stringify(environment)}: /status reports it`,
  },
});
