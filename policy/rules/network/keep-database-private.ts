import { privateStoreRule } from "../../stores.ts";

export const keepDatabasePrivate = privateStoreRule({
  name: "keep-database-private",
  items: ["pre.database.private"],
  description: "Only the game servers, the backup and the exporter reach the database.",
  explanation: "Players' data is one password away from whoever can connect.",
  remediation: "Keep the Service a ClusterIP and declare each client as a flow.",
  workload: "postgres",
  clients: ["game-server", "backup", "postgres-exporter", "prometheus"],
});
