import { dnsFlow, type Flow, workloadPeer } from "./application-flows.ts";

/** The port of pgBackRest's TLS server (its default). */
export const PGBACKREST_PORT = 8432;

/** The options of the backups' flows. */
interface BackupFlowOptions {
  /** The port of the in-cluster Redis; undefined if another Redis is used, whose provider makes snapshots. */
  readonly redisPort: number | undefined;
}

/** The flows of the backups. The restore drill has none: it must succeed with the repository and the key alone. */
export function backupFlows({ redisPort }: BackupFlowOptions): Flow[] {
  return [
    {
      id: "postgres-to-backup-repository",
      why: "archives WAL",
      from: workloadPeer("postgres"),
      to: workloadPeer("backup-repository"),
      ports: [{ protocol: "TCP", port: PGBACKREST_PORT }],
    },
    {
      id: "backup-to-postgres",
      why: "reads the files of the database",
      from: workloadPeer("backup"),
      to: workloadPeer("postgres"),
      ports: [{ protocol: "TCP", port: PGBACKREST_PORT }],
    },
    ...(redisPort === undefined
      ? []
      : [
          {
            id: "backup-to-redis",
            why: "fetches snapshots",
            from: workloadPeer("backup"),
            to: workloadPeer("redis"),
            ports: [{ protocol: "TCP", port: redisPort }],
          } as const,
        ]),
    dnsFlow("postgres"),
    dnsFlow("backup"),
  ];
}
