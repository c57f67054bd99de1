import type { ManagedProcess } from "../processes/managed-process.ts";
import type { LocalSettings } from "../settings.ts";

/** Where a game server listens on loopback. */
export interface ServerPorts {
  readonly http: number;
  readonly telemetry: number;
  readonly discovery: number;
  readonly dap: number;
  readonly lsp: number;
}

/** What players connect to. It stands while servers behind it come and go. */
export interface Gateway {
  readonly kind: "nginx" | "none";
  readonly port: number;
  readonly url: string;
  readonly telemetryUrl: string;
  /** nginx; the switchboard is part of the supervisor. */
  readonly process: ManagedProcess | undefined;
  /** Leads new connections to another server; present ones stay where they are. */
  readonly point: (ports: ServerPorts, settings: LocalSettings) => Promise<void>;
  /** A renewed certificate lies in its place. */
  readonly renew: () => void;
  readonly stop: () => Promise<void>;
}
