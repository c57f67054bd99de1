import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";
import { type LoadOptions, runLoad } from "../../../probes/load/run-load.ts";
import { Secret } from "../../../probes/secret.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";
import type { Target } from "../../../probes/target/target.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server with the given handler until the test ends. @returns its URL */
export async function startHttpServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A target with a URL and optionally a token. */
export function createTarget(
  url: string,
  telemetryUrl = `${url.replace("http", "ws")}/telemetry`,
  token?: string,
): Target {
  return {
    name: url,
    url,
    telemetryUrl,
    serverName: new URL(url).hostname,
    debugPorts: { dap: 1, lsp: 1 },
    expected: defaultExpectations(),
    monitoring: {},
    historyDirectory: "/nonexistent",
    ...(token === undefined ? {} : { apiToken: new Secret(token) }),
  };
}

type Changes = Partial<Omit<LoadOptions, "profile" | "target">> & {
  readonly profile?: Partial<LoadOptions["profile"]>;
};

/** Runs a short load of 20 HTTP requests, with overrides. */
export function runShortLoad(target: Target, { profile, ...changes }: Changes = {}) {
  return runLoad({
    target,
    profile: { name: "steady", seconds: 0.25, rate: 80, connections: 4, sessions: 0, ...profile },
    paths: ["/status"],
    reconnectBudgetMs: 10_000,
    signal: new AbortController().signal,
    ...changes,
  });
}
