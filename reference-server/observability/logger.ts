import type { Settings } from "../settings/settings.ts";
import { type Fields, maskAddress, redactFields } from "./redaction.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;

/** Log level. */
type LogLevel = (typeof LEVELS)[number];

/** Category of an audit record. */
type AuditKind = "auth" | "scene" | "admin" | "player" | "world" | "drain";

/** Fields of a log line; `client` is an address and is masked according to GODOT_LOG_CLIENT_ADDRESS. */
type LogFields = Fields & { readonly client?: string };

interface LoggerOptions {
  readonly server: string;
  readonly write: (line: string) => void;
  readonly onLine: (level: LogLevel) => void;
  readonly onAudit: (kind: AuditKind) => void;
}

/** Writes log lines as JSON or plain text; audit records are always JSON and carry `"log":"audit"`. */
export class Logger {
  readonly #settings: Settings["logging"];
  readonly #options: LoggerOptions;
  readonly #minimumLevel: number;
  readonly #audited: ReadonlySet<string>;

  constructor(settings: Settings["logging"], options: LoggerOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#minimumLevel = LEVELS.indexOf(settings.level as LogLevel);
    this.#audited = new Set(settings.auditEnabled ? settings.auditEvents : []);
  }

  /** Whether lines of this level are written, so that callers can skip building fields. */
  isEnabled(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= this.#minimumLevel;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#line("debug", message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#line("info", message, fields);
  }

  warning(message: string, fields: LogFields = {}): void {
    this.#line("warning", message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#line("error", message, fields);
  }

  /** Writes an audit record, independent of the log level. */
  audit(kind: AuditKind, event: string, fields: LogFields): void {
    if (!this.#audited.has(kind)) return;
    this.#options.onAudit(kind);
    const head = { time: new Date().toISOString(), log: "audit", kind, event, server: this.#options.server };
    this.#options.write(JSON.stringify({ ...head, ...this.#renderFields(fields) }));
  }

  #line(level: LogLevel, message: string, fields: LogFields): void {
    if (!this.isEnabled(level)) return;
    this.#options.onLine(level);
    const time = new Date().toISOString();
    const shown = this.#renderFields(fields);
    if (this.#settings.format === "json") {
      const head = { time, log: "server", level, message, server: this.#options.server };
      this.#options.write(JSON.stringify({ ...head, ...shown }));
      return;
    }
    // JSON.stringify escapes line breaks, so that client input cannot forge a log line.
    const tail = Object.entries(shown).map(([name, value]) => `${name}=${JSON.stringify(value) ?? "-"}`);
    this.#options.write([time, level.toUpperCase(), message, ...tail].join(" "));
  }

  #renderFields(fields: LogFields): Fields {
    const { client, ...rest } = fields;
    const address = client === undefined ? undefined : maskAddress(client, this.#settings.clientAddress);
    const all: Fields = address === undefined ? rest : { client: address, ...rest };
    return this.#settings.redactionEnabled ? redactFields(all, this.#settings.redactedFields) : all;
  }
}
