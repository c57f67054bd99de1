import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { LOOPBACK } from "../processes/ports.ts";

/** Who is asked, and as whom. */
export interface ServerAddress {
  readonly port: number;
  readonly authorityFile: string;
  /** The service token; without it only what is public is answered. */
  readonly token?: string;
}

export interface ServerResult {
  readonly status: number;
  readonly body: unknown;
}

const RESPONSE_TIMEOUT_MS = 5000;

/** Asks the server, or what stands in front of it, over a connection of its own. */
export function requestServer(
  { port, authorityFile, token }: ServerAddress,
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<ServerResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ServerResult>();
  const headers = {
    Host: "localhost",
    ...(method === "POST" ? { "Content-Length": "0" } : {}),
    // A bucket of its own: watching the server uses up nobody's limit, and no limit keeps a deployment from being watched.
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A field of an answer's body; undefined when the body has none. */
export function readField(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}
