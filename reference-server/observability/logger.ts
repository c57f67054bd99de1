import type { Settings } from "../settings/settings.ts";
import { type Fields, maskAddress, redactFields } from "./redaction.ts";

const LEVELS = ["debug", "info", "warning", "error"] as const;

/** Severity of a line. */
export type LogLevel = (typeof LEVELS)[number];

/** What an audit record is about. */
export type AuditKind = "auth" | "scene" | "admin" | "player" | "world" | "drain";

/** Fields of one line; `client` is an address and is shown as GODOT_LOG_CLIENT_ADDRESS says. */
export type LogFields = Fields & { readonly client?: string };

export interface LoggerOptions {
  readonly server: string;
  readonly write: (line: string) => void;
  readonly onLine: (level: LogLevel) => void;
  readonly onAudit: (kind: AuditKind) => void;
}

/** Structured lines: one JSON object each, or plain text; audit records are always JSON and carry `"log":"audit"`. */
export class Logger {
  readonly #settings: Settings["logging"];
  readonly #options: LoggerOptions;
  readonly #least: number;
  readonly #audited: ReadonlySet<string>;

  constructor(settings: Settings["logging"], options: LoggerOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#least = LEVELS.indexOf(settings.level as LogLevel);
    this.#audited = new Set(settings.auditEnabled ? settings.auditEvents : []);
  }

  /** Whether a line of this level would be written: spares the building of fields. */
  isEnabled(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= this.#least;
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

  /** Who did what, with which outcome; independent of the log level. */
  audit(kind: AuditKind, event: string, fields: LogFields): void {
    if (!this.#audited.has(kind)) return;
    this.#options.onAudit(kind);
    const head = { time: new Date().toISOString(), log: "audit", kind, event, server: this.#options.server };
    this.#options.write(JSON.stringify({ ...head, ...this.#shown(fields) }));
  }

  #line(level: LogLevel, message: string, fields: LogFields): void {
    if (!this.isEnabled(level)) return;
    this.#options.onLine(level);
    const time = new Date().toISOString();
    const shown = this.#shown(fields);
    if (this.#settings.format === "json") {
      const head = { time, log: "server", level, message, server: this.#options.server };
      this.#options.write(JSON.stringify({ ...head, ...shown }));
      return;
    }
    // JSON.stringify keeps a value on its line: what a client sent cannot forge another one.
    const tail = Object.entries(shown).map(([name, value]) => `${name}=${JSON.stringify(value) ?? "-"}`);
    this.#options.write([time, level.toUpperCase(), message, ...tail].join(" "));
  }

  #shown(fields: LogFields): Fields {
    const { client, ...rest } = fields;
    const address = client === undefined ? undefined : maskAddress(client, this.#settings.clientAddress);
    const all: Fields = address === undefined ? rest : { client: address, ...rest };
    return this.#settings.redactionEnabled ? redactFields(all, this.#settings.redactedFields) : all;
  }
}
