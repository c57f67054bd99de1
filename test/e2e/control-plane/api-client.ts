import { Agent, request } from "node:https";
import type { ApiAccess } from "./credentials.ts";

/** A response of the API server. */
interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** A minimal client for starting a control plane, without a client library and independent of proxies. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#agent = new Agent({ ca: access.authority, keepAlive: true });
  }

  /** Sends a request. The server must present the expected certificate, so another server on the port is rejected. */
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

  /** Whether the server returns 200 for this path. */
  async isOk(path: string): Promise<boolean> {
    const answer = await this.send("GET", path).catch(() => undefined);
    return answer?.status === 200;
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
