import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OperationError } from "../../errors.ts";
import { readJson, writeJson } from "../files.ts";
import { LOOPBACK } from "../processes/ports.ts";
import type { LocalEvent } from "../processes/process-manager.ts";
import type { DeployAction } from "../releases/history.ts";

/**
 * The address of the supervisor's control channel: a loopback port, and a token that only the owner of the file can
 * read.
 */
interface ControlFile {
  readonly port: number;
  readonly token: string;
}

/** A request to the supervisor. */
type ControlRequest =
  | { readonly do: "deploy"; readonly release: string; readonly action: DeployAction }
  | { readonly do: "stop" };

/** A line of the response: events during the operation, then its result. */
type ControlMessage<Result> =
  | { readonly kind: "event"; readonly event: LocalEvent }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "error"; readonly message: string };

export interface ControlServer {
  /** Stops accepting requests; resolves when the running responses have been read or a timeout has expired. */
  readonly stop: () => Promise<void>;
}

interface ControlHandlers {
  readonly handle: (request: ControlRequest) => Promise<unknown>;
  /** Calls the listener with every event until the returned function is called. */
  readonly subscribe: (onEvent: (event: LocalEvent) => void) => () => void;
}

const TOKEN_BYTES = 32;
const MAX_BODY_BYTES = 10_000;
const CLOSE_TIMEOUT_MS = 2000;

/** Serves requests until it is stopped. */
export async function serveControl(
  file: string,
  { handle, subscribe }: ControlHandlers,
): Promise<ControlServer> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const server = createServer((incoming, response) => {
    if (!equalsConstantTime(incoming.headers.authorization ?? "", `Bearer ${token}`)) {
      response.writeHead(401).end();
      return;
    }
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      body += chunk;
      if (body.length > MAX_BODY_BYTES) incoming.destroy();
    });
    incoming.on("end", () => void handleRequest(response, body, { handle, subscribe }));
  });
  // A deployment may take longer than Node's default request timeout.
  server.requestTimeout = 0;
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  writeJson(file, { port, token } satisfies ControlFile);
  return {
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      const late = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function equalsConstantTime(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function handleRequest(
  response: ServerResponse,
  body: string,
  { handle, subscribe }: ControlHandlers,
): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/x-ndjson", Connection: "close" });
  const write = (line: ControlMessage<unknown>): void => void response.write(`${JSON.stringify(line)}\n`);
  const end = subscribe((event) => write({ kind: "event", event }));
  try {
    write({ kind: "result", result: await handle(JSON.parse(body) as ControlRequest) });
  } catch (error) {
    const message =
      typeof error === "object" && error !== null && "message" in error ? String(error.message) : "failed";
    write({ kind: "error", message });
  } finally {
    end();
    response.end();
  }
}

/**
 * Sends a request to the running supervisor and waits for its result.
 * @throws OperationError with its message if it fails or disconnects.
 */
export async function requestSupervisor<Result>(
  file: string,
  command: ControlRequest,
  onEvent: (event: LocalEvent) => void,
): Promise<Result> {
  const control = readJson<ControlFile>(file);
  if (control === undefined) throw supervisorUnavailable("has not published its control socket");
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const body = JSON.stringify(command);
  const headers = { Authorization: `Bearer ${control.token}`, "Content-Length": Buffer.byteLength(body) };
  const sent = request(
    { host: LOOPBACK, port: control.port, method: "POST", headers, agent: false },
    (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const message = JSON.parse(line) as ControlMessage<Result>;
          if (message.kind === "event") onEvent(message.event);
          else if (message.kind === "result") resolve(message.result);
          else reject(new OperationError(1, [], message.message));
        }
      });
      response.on("end", () => reject(supervisorUnavailable("disconnected before it finished")));
      response.on("error", () => reject(supervisorUnavailable("disconnected before it finished")));
    },
  );
  sent.on("error", () => reject(supervisorUnavailable("does not answer")));
  sent.end(body);
  return promise;
}

function supervisorUnavailable(rule: string): OperationError {
  const remedy =
    "`npm run local -- status` shows what is running; `npm run local -- up` cleans up after a supervisor that was killed.";
  return new OperationError(
    1,
    [{ subject: "the supervisor", rule, remedy }],
    "The supervisor cannot be reached:",
  );
}
