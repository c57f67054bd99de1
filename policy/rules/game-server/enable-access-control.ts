import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const enableAccessControl = variableRule({
  name: "enable-access-control",
  items: ["pre.security.access-control"],
  description: "Tokens, roles, rate limits and intrusion detection are switched on in the game server.",
  explanation: "Each is disabled by a single variable, and the change would go unnoticed.",
  remediation: "Remove the override from gameServer.variables; the default is true.",
  variables: {
    GODOT_JWT_ENABLED: mustEqual("true", "without it everybody is everybody"),
    GODOT_RBAC_ENABLED: mustEqual("true", "without it every player is an operator"),
    GODOT_RATE_LIMIT_ENABLED: mustEqual("true", "without it one client can use a server up"),
    GODOT_IDS_ENABLED: mustEqual("true", "without it tokens can be guessed at leisure"),
    // A developer's own server may stream to any tool.
    GODOT_TELEMETRY_AUTH_REQUIRED: (value, { environment }) =>
      environment === "local" || value === "true"
        ? undefined
        : 'must be "true": telemetry tells where every player is',
  },
});
