import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { makeDirectory } from "../files.ts";
import type { ManagedProcess } from "../processes/managed-process.ts";
import { LOOPBACK } from "../processes/ports.ts";
import {
  baseEnvironment,
  type ProcessManager,
  type StartResult,
  waitUntilReady,
} from "../processes/process-manager.ts";
import { tlsFiles } from "./certificates.ts";
import { readSecret } from "./secrets.ts";

/** The deployment's own Redis. */
interface Redis {
  readonly process: ManagedProcess;
  readonly port: number;
}

/** Redis loads its data before it answers; the data of a laptop takes a second. */
const START_TIMEOUT_SECONDS = 30;

const RESPONSE_TIMEOUT_MS = 2000;

/** Starts the deployment's own Redis with TLS and a password on loopback and with an append-only file. */
export async function startRedis(
  processManager: ProcessManager,
  program: string,
  port: number,
): Promise<StartResult<Redis>> {
  const { paths } = processManager;
  makeDirectory(paths.redis);
  const { authority, certificate, key } = tlsFiles(paths.tls);
  const password = readSecret(paths.secrets, "redis-password");
  const authorityPem = readFileSync(authority);
  const isResponsive = () => ping(port, authorityPem, password);
  const managed = processManager.manage({
    name: "redis",
    command: program,
    args: ["-"],
    env: baseEnvironment(),
    cwd: paths.redis,
    // The config is passed on standard input, so that the password is neither an argument nor in another file.
    input: renderConfig({ port, directory: paths.redis, authority, certificate, key, password }),
    stopSignal: "SIGTERM",
    isResponsive,
  });
  managed.start();
  if (await waitUntilReady(managed, START_TIMEOUT_SECONDS, isResponsive)) {
    return { part: { process: managed, port } };
  }
  await managed.stop(5000);
  processManager.remove(managed);
  return { reason: `Redis did not start; its last output: ${managed.lastOutput || "none"}` };
}

interface ConfigValues {
  readonly port: number;
  readonly directory: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly password: string;
}

function renderConfig({ port, directory, authority, certificate, key, password }: ConfigValues): string {
  const quoted = (path: string): string => `"${path.replaceAll(/["\\]/g, "\\$&")}"`;
  return [
    "port 0",
    `tls-port ${port}`,
    `bind ${LOOPBACK}`,
    `tls-cert-file ${quoted(certificate)}`,
    `tls-key-file ${quoted(key)}`,
    `tls-ca-cert-file ${quoted(authority)}`,
    "tls-auth-clients no",
    `requirepass ${password}`,
    `dir ${quoted(directory)}`,
    "appendonly yes",
    'save ""',
    "maxmemory 128mb",
    // With noeviction a full Redis rejects writes, which the server handles; it would not notice evicted sessions.
    "maxmemory-policy noeviction",
    "",
  ].join("\n");
}

function ping(port: number, ca: Buffer, password: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: LOOPBACK, port, ca, servername: "localhost", timeout: RESPONSE_TIMEOUT_MS });
  let heard = "";
  const end = (answer: boolean): void => {
    socket.destroy();
    resolve(answer);
  };
  socket.on("secureConnect", () => socket.write(`AUTH ${password}\r\nPING\r\n`));
  socket.on("data", (data: Buffer) => {
    heard += data.toString();
    if (heard.includes("+PONG")) end(true);
    else if (heard.includes("-")) end(false);
  });
  socket.on("timeout", () => end(false));
  socket.on("error", () => end(false));
  socket.on("close", () => end(false));
  return promise;
}
