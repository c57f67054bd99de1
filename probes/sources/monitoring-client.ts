import { NoResponseError } from "../client/http.ts";
import { redactSecretsAndJwts, type Secret } from "../secret.ts";

/** Requests JSON from the HTTP API of a monitoring system. @throws NoResponseError */
export type FetchJson = (path: string) => Promise<unknown>;

/** Creates a client of Prometheus, Alertmanager or Grafana. */
export function createMonitoringClient(
  url: string,
  options: { readonly token?: Secret; readonly signal: AbortSignal; readonly timeoutMs: number },
): FetchJson {
  const { token, signal, timeoutMs } = options;
  const redact = (text: string): string => redactSecretsAndJwts(text, token === undefined ? [] : [token]);
  return async (path) => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` };
    let response: Response;
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      response = await fetch(`${url}${path}`, { headers, signal: timeout, redirect: "error" });
    } catch (error) {
      const { message, cause } = error as {
        readonly message: string;
        readonly cause?: { readonly code?: string };
      };
      throw new NoResponseError(redact(`${new URL(url).host}: ${cause?.code ?? message}`));
    }
    if (!response.ok)
      throw new NoResponseError(`${new URL(url).host} returned ${response.status} for ${path}`);
    return response.json().catch(() => {
      throw new NoResponseError(`${new URL(url).host} returned no JSON for ${path}`);
    });
  };
}

/** A value of an instant query with its labels. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Runs an instant query. */
export async function queryPrometheus(
  prometheus: FetchJson,
  expression: string,
): Promise<readonly QueryResult[]> {
  const body = (await prometheus(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
    readonly data?: {
      readonly result?: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    };
  };
  const { result } = body.data ?? {};
  if (!Array.isArray(result)) throw new NoResponseError("Prometheus returned no result for a query");
  return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
}

/** Returns the largest value; undefined without values. */
export function maxValue(values: readonly QueryResult[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values.map(({ value }) => value));
}
