import { Agent, request } from "node:https";
import type { ApiAccess } from "./credentials.ts";

/** An answer of the API server. */
export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** The few calls that start a control plane: no client library has to load, and no proxy is in the way. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#agent = new Agent({ ca: access.authority, keepAlive: true });
  }

  /**
   * Sends a request; whoever answers must own the certificate, so another server on the port is no answer.
   */
  send(method: "GET" | "POST", path: string, body?: object): Promise<ApiResponse> {
    const headers = { authorization: `Bearer ${this.#access.token}`, "content-type": "application/json" };
    const url = new URL(path, this.#access.server);
    return new Promise((resolve, reject) => {
      const call = request(url, { method, headers, agent: this.#agent, timeout: 5_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
        });
      });
      call.on("timeout", () => call.destroy(new Error(`${method} ${path} got no answer within 5 s`)));
      call.on("error", reject);
      call.end(body && JSON.stringify(body));
    });
  }

  /** Whether the server answers this path with 200. */
  async isOk(path: string): Promise<boolean> {
    const answer = await this.send("GET", path).catch(() => undefined);
    return answer?.status === 200;
  }

  /** Drops the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
