import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const enableAccessControl = variableRule({
  name: "enable-access-control",
  items: ["pre.security.access-control"],
  description: "The game server enables token authentication, RBAC, rate limits and intrusion detection.",
  explanation: "A single variable can disable each of these controls, and nothing else would show it.",
  remediation: "Remove the override from gameServer.variables; the default is true.",
  variables: {
    GODOT_JWT_ENABLED: mustEqual("true", "without it clients are not authenticated"),
    GODOT_RBAC_ENABLED: mustEqual("true", "without it every player has operator rights"),
    GODOT_RATE_LIMIT_ENABLED: mustEqual("true", "without it one client can exhaust a server"),
    GODOT_IDS_ENABLED: mustEqual("true", "without it token guessing is not detected"),
    // In local, development tools may read telemetry without a token.
    GODOT_TELEMETRY_AUTH_REQUIRED: (value, { environment }) =>
      environment === "local" || value === "true"
        ? undefined
        : 'must be "true": telemetry contains the position of every player',
  },
});
