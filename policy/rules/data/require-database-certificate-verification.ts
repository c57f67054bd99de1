import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const requireDatabaseCertificateVerification = variableRule({
  name: "require-database-certificate-verification",
  items: [],
  description: "The game server checks the database's certificate and name, and logs in as no administrator.",
  explanation: "TLS without verification accepts any server, including an attacker's.",
  remediation:
    "Leave GODOT_DATABASE_TLS_MODE at verify-full and GODOT_DATABASE_USER at the application's role.",
  variables: {
    GODOT_DATABASE_TLS_MODE: mustEqual("verify-full", "weaker modes accept any server"),
    GODOT_DATABASE_USER: (value) =>
      value === undefined || value === "postgres" ? "must be the application's own role" : undefined,
  },
});
