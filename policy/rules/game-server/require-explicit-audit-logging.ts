import { variableRule } from "../../lib/game-server.ts";

export const requireExplicitAuditLogging = variableRule({
  name: "require-explicit-audit-logging",
  items: ["pre.high.audit-logging.state-known"],
  description: "The plan says whether the game server writes an audit log.",
  explanation: "The approver of a deployment approves this setting too, so it must be explicit.",
  remediation: "Leave GODOT_AUDIT_ENABLED to the catalogue, or set it to true or false.",
  variables: {
    GODOT_AUDIT_ENABLED: (value) =>
      value === "true" || value === "false" ? undefined : "must be true or false",
  },
});
