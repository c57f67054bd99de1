import type { ManagedProcess } from "../processes/managed-process.ts";
import type { LocalSettings } from "../settings.ts";

/** The loopback ports of a game server. */
export interface ServerPorts {
  readonly http: number;
  readonly telemetry: number;
  readonly discovery: number;
  readonly dap: number;
  readonly lsp: number;
}

/** The gateway that players connect to. It keeps running when the servers behind it are replaced. */
export interface Gateway {
  readonly kind: "nginx" | "none";
  readonly port: number;
  readonly url: string;
  readonly telemetryUrl: string;
  /** nginx, or the TCP proxy in the supervisor. */
  readonly process: ManagedProcess | undefined;
  /** Routes new connections to another server; existing ones are unchanged. */
  readonly routeTo: (ports: ServerPorts, settings: LocalSettings) => Promise<void>;
  /** Reloads a renewed certificate. */
  readonly reloadCertificate: () => void;
  readonly stop: () => Promise<void>;
}

/** The ports that a gateway takes: its own, and without nginx the next one for telemetry. What starts before it must leave them free. */
export function gatewayPorts(port: number): readonly [players: number, telemetry: number] {
  return [port, port + 1];
}
