import { readFileSync } from "node:fs";
import pg from "pg";
import { messageOf } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import { MIGRATION_LOCK_ID, MIGRATIONS } from "./migrations.ts";

/** A row as pg returns it. */
export type Row = Readonly<Record<string, unknown>>;

/** A Postgres connection pool that records query durations and errors. */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #metrics: Metrics;
  #lastError: string | undefined;

  constructor(settings: Settings, metrics: Metrics) {
    const { database } = settings;
    this.#metrics = metrics;
    this.#pool = new pg.Pool({
      host: database.host,
      port: database.port,
      database: database.name,
      user: database.user,
      ...(database.password === undefined ? {} : { password: database.password }),
      ssl: createTlsOptions(database),
      max: database.poolSize,
      connectionTimeoutMillis: database.connectTimeoutSeconds * 1000,
      statement_timeout: database.statementTimeoutMs,
      // Client-side timeout for hung connections, slightly longer than the timeout that Postgres enforces.
      query_timeout: database.statementTimeoutMs + 1000,
      application_name: "spacetime-vr",
    });
    // A broken idle connection needs no handling: the next query opens a new one or fails with the reason.
    this.#pool.on("error", () => undefined);
  }

  /** Why the last query failed; undefined after a successful query. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  get connections(): { readonly idle: number; readonly used: number } {
    return { idle: this.#pool.idleCount, used: this.#pool.totalCount - this.#pool.idleCount };
  }

  async query(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#timed(async () => (await this.#pool.query<Row>(sql, [...values])).rows);
  }

  /** Runs several statements in one transaction. */
  async transaction(
    body: (query: (sql: string, values?: readonly unknown[]) => Promise<unknown>) => Promise<void>,
  ) {
    await this.#timed(async () => {
      const client = await this.#pool.connect();
      try {
        await client.query("BEGIN");
        await body((sql, values = []) => client.query(sql, [...values]));
        await client.query("COMMIT");
        client.release();
      } catch (error) {
        // The connection's state is unknown, so it is destroyed, which also ends the transaction.
        client.release(true);
        throw error;
      }
    });
  }

  /** Applies pending migrations; an advisory lock serialises servers that start at the same time. */
  async migrate(): Promise<void> {
    await this.transaction(async (query) => {
      await query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK_ID]);
      await query("CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY)");
      const { rows } = (await query("SELECT version FROM schema_migrations")) as pg.QueryResult<Row>;
      const applied = new Set(rows.map(({ version }) => Number(version)));
      for (const { version, sql } of MIGRATIONS.filter((migration) => !applied.has(migration.version))) {
        await query(sql);
        await query("INSERT INTO schema_migrations VALUES ($1)", [version]);
      }
    });
  }

  /** @throws when a migration is pending. */
  async requireMigrated(): Promise<void> {
    const [row] = await this.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS present");
    const versions = row?.present === true ? await this.query("SELECT version FROM schema_migrations") : [];
    if (versions.length >= MIGRATIONS.length) return;
    throw new Error("Database migrations are pending, and GODOT_DATABASE_MIGRATE_ON_START is false.");
  }

  async stop(): Promise<void> {
    await this.#pool.end();
  }

  async #timed<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const begin = performance.now();
    try {
      const answer = await work();
      this.#lastError = undefined;
      this.#metrics.observe("spacetime_database_query_duration_seconds", (performance.now() - begin) / 1000);
      return answer;
    } catch (error) {
      this.#lastError = messageOf(error);
      this.#metrics.increment("spacetime_database_errors_total");
      throw error;
    }
  }
}

/** libpq's sslmode: `require` encrypts, `verify-ca` also verifies the CA, `verify-full` also verifies the host name. */
function createTlsOptions({ tlsMode, caPath }: Settings["database"]) {
  if (tlsMode === "require") return { rejectUnauthorized: false };
  const ca = readFileSync(caPath, "utf8");
  return tlsMode === "verify-ca" ? { ca, checkServerIdentity: () => undefined } : { ca };
}
