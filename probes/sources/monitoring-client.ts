import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { NoResponseError } from "../client/http.ts";
import { redactSecretsAndJwts, type Secret } from "../secret.ts";
import type { MonitoringCredential, MonitoringEndpoint } from "../target/monitoring-target.ts";

/** Requests JSON from the HTTP API of a monitoring system. @throws NoResponseError */
export type FetchJson = (path: string) => Promise<unknown>;

/** The secret of a credential, to redact it. */
export function credentialSecret(credential: MonitoringCredential): Secret {
  return credential.kind === "basic" ? credential.password : credential.token;
}

/** Sufficient for the targets and rules of a large Prometheus. */
const MAX_RESPONSE_BYTES = 32 * 2 ** 20;

/** Creates a client of Prometheus, Alertmanager or Grafana. */
export function createMonitoringClient(
  { url, credential, authority }: MonitoringEndpoint,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): FetchJson {
  const { host } = new URL(url);
  const secrets = credential === undefined ? [] : [credentialSecret(credential)];
  const headers = credential === undefined ? {} : { Authorization: authorizationHeader(credential) };
  return async (path) => {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const reply = await get(`${url}${path}`, { headers, authority, signal: timeout }).catch((error) => {
      const { code, message } = error as { readonly code?: string; readonly message: string };
      throw new NoResponseError(redactSecretsAndJwts(`${host}: ${code ?? message}`, secrets));
    });
    // Redirects are not followed: they would send the credential to another address.
    if (reply.status !== 200) throw new NoResponseError(`${host} returned ${reply.status} for ${path}`);
    try {
      return JSON.parse(reply.text);
    } catch {
      throw new NoResponseError(`${host} returned no JSON for ${path}`);
    }
  };
}

function authorizationHeader(credential: MonitoringCredential): string {
  if (credential.kind === "bearer") return `Bearer ${credential.token.reveal()}`;
  const pair = `${credential.user}:${credential.password.reveal()}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly authority: string | undefined;
  readonly signal: AbortSignal;
}

function get(
  url: string,
  { headers, authority, signal }: GetOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const options = { headers, signal, agent: false as const };
  const sent = url.startsWith("https:")
    ? requestHttps(url, { ...options, ...(authority === undefined ? {} : { ca: authority }) })
    : requestHttp(url, options);
  sent.on("error", reject).on("response", (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("error", reject);
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_RESPONSE_BYTES)
        sent.destroy(new Error(`the response is larger than ${MAX_RESPONSE_BYTES} bytes`));
      chunks.push(chunk);
    });
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
    );
  });
  sent.end();
  return promise;
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
