import { restrictedIngressRule } from "../../lib/restricted-ingress-rule.ts";

export const restrictPostgresIngress = restrictedIngressRule({
  name: "restrict-postgres-ingress",
  items: ["pre.database.private"],
  description: "Only the game servers, the backup and the exporter reach the database.",
  explanation: "A client that can connect needs only a password to read player data.",
  remediation: "Keep the Service a ClusterIP and declare each client as a flow.",
  workload: "postgres",
  clients: ["game-server", "backup", "postgres-exporter", "prometheus"],
});
