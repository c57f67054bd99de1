import { restrictedIngressRule } from "../../lib/restricted-ingress-rule.ts";

export const restrictPostgresIngress = restrictedIngressRule({
  name: "restrict-postgres-ingress",
  items: ["pre.database.private"],
  description: "Only the game servers, the backup and the exporter can connect to the database.",
  explanation: "A client that can connect needs only a password to read player data.",
  remediation: "Use a Service of type ClusterIP and declare each client as a flow.",
  workload: "postgres",
  clients: ["game-server", "backup", "postgres-exporter", "prometheus"],
});
