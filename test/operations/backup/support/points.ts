import type { RestorePoint } from "../../../../operations/backup/restore-point.ts";

/** A restore point that needs a base backup. */
export function createPoint(
  name: string,
  backup: string,
  createdAt = "2026-11-28T02:00:00.000Z",
): RestorePoint {
  return {
    version: 1,
    name,
    isNamed: false,
    createdAt,
    postgres: {
      version: 150018,
      systemIdentifier: "1",
      database: "spacetime",
      timeline: 1,
      lsn: "0/3000090",
      segment: "000000010000000000000009",
      archiveId: "15-1",
      backup,
      nextTransaction: "800",
      content: { isExact: true, tables: [{ name: "public.players", rows: 2, digest: "17" }] },
    },
    redis: { kind: "none" },
    secrets: { files: [] },
  };
}
