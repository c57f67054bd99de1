import type { ClientConfig } from "pg";
import pg from "pg";

/** Runs queries on one connection. */
export async function withPostgres<Answer>(
  connection: ClientConfig,
  work: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client({ connectionTimeoutMillis: 5000, ...connection });
  // A connection that breaks fails the next query with the reason.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
