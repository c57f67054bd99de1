import { NoResponseError } from "../client/http.ts";
import { redactSecretsAndJwts, type Secret } from "../secret.ts";

/** The answer of a monitoring system's HTTP API, as JSON. @throws Unanswered */
export type FetchJson = (path: string) => Promise<unknown>;

/** A client of Prometheus, Alertmanager or Grafana. */
export function createMonitoringClient(
  url: string,
  options: { readonly token?: Secret; readonly signal: AbortSignal; readonly timeoutMs: number },
): FetchJson {
  const { token, signal, timeoutMs } = options;
  const hide = (text: string): string => redactSecretsAndJwts(text, token === undefined ? [] : [token]);
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
      throw new NoResponseError(hide(`${new URL(url).host}: ${cause?.code ?? message}`));
    }
    if (!response.ok) throw new NoResponseError(`${new URL(url).host} answers ${response.status} to ${path}`);
    return response.json().catch(() => {
      throw new NoResponseError(`${new URL(url).host} answers no JSON to ${path}`);
    });
  };
}

/** One value of an instant query with its labels. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asks Prometheus for the values of an expression now. */
export async function queryPrometheus(
  prometheus: FetchJson,
  expression: string,
): Promise<readonly QueryResult[]> {
  const answer = (await prometheus(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
    readonly data?: {
      readonly result?: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    };
  };
  const { result } = answer.data ?? {};
  if (!Array.isArray(result)) throw new NoResponseError("Prometheus returned no result for a query");
  return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
}

/** The largest value; undefined without any. */
export function maxValue(values: readonly QueryResult[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values.map(({ value }) => value));
}
