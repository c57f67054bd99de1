import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { parseJson } from "../../../components/shared/parse-json.ts";
import { LOOPBACK } from "../processes/ports.ts";

/** The address and credentials for requests to a server. */
export interface ServerAddress {
  readonly port: number;
  readonly authorityFile: string;
  /** The service token; without it, only public endpoints answer. */
  readonly token?: string;
}

export interface ServerResult {
  readonly status: number;
  readonly body: unknown;
}

const RESPONSE_TIMEOUT_MS = 5000;

/** Sends a request to the server or the gateway on a new connection. */
export function requestServer(
  { port, authorityFile, token }: ServerAddress,
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<ServerResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ServerResult>();
  const headers = {
    Host: "localhost",
    ...(method === "POST" ? { "Content-Length": "0" } : {}),
    // A separate rate-limit bucket: monitoring does not use up a client's limit, and no limit affects monitoring.
    ...(token === undefined
      ? {}
      : {
          Authorization: `Bearer ${token}`,
          "X-Rate-Limit-Bucket": `local-${randomBytes(6).toString("hex")}`,
        }),
  };
  const sent = request(
    {
      host: LOOPBACK,
      port,
      path,
      method,
      headers,
      ca: readFileSync(authorityFile),
      servername: "localhost",
      agent: false,
      timeout: RESPONSE_TIMEOUT_MS,
    },
    (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parseJson(text) }));
      response.on("error", reject);
    },
  );
  sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
  sent.on("error", reject);
  sent.end();
  return promise;
}

/** Reads a field of a JSON response body; undefined if it is missing. */
export function readField(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}
