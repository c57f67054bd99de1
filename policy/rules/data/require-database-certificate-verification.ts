import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const requireDatabaseCertificateVerification = variableRule({
  name: "require-database-certificate-verification",
  items: ["pre.hardening.encrypted-connections"],
  description:
    "The game server verifies the database certificate and host name, and connects with the application role.",
  explanation: "TLS without verification does not protect against an impersonated database server.",
  remediation:
    "Keep GODOT_DATABASE_TLS_MODE at verify-full and GODOT_DATABASE_USER at the application's role.",
  variables: {
    GODOT_DATABASE_TLS_MODE: mustEqual("verify-full", "other modes do not verify the server"),
    GODOT_DATABASE_USER: (value) =>
      value === undefined || value === "postgres"
        ? "must be the application role, not the administrator"
        : undefined,
  },
});
