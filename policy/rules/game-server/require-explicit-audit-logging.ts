import { variableRule } from "../../lib/game-server.ts";

export const requireExplicitAuditLogging = variableRule({
  name: "require-explicit-audit-logging",
  items: ["pre.high.audit-logging.state-known"],
  description: "GODOT_AUDIT_ENABLED is set explicitly to true or false.",
  explanation: "The release sign-off covers the state of audit logging, so the plan must show it.",
  remediation: "Remove the override of GODOT_AUDIT_ENABLED, or set it to true or false.",
  variables: {
    GODOT_AUDIT_ENABLED: (value) =>
      value === "true" || value === "false" ? undefined : "must be true or false",
  },
});
