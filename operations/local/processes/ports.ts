import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { basename } from "node:path";
import { errorCode } from "../../../components/shared/error-code.ts";
import { OperationError } from "../../errors.ts";
import { identifyProcess } from "./process-identity.ts";

/** Every service listens on loopback only, so that nothing is exposed to the network. */
export const LOOPBACK = "127.0.0.1";

/** Why a TCP port of the loopback interface cannot be listened on, as a system error code; undefined if it can. */
function findListenError(port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.once("error", (error) => resolve(errorCode(error) ?? "unknown error"));
  probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(undefined)));
  return promise;
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await findListenError(port)) === undefined;
}

function isUdpPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createSocket("udp4");
  probe.once("error", () => resolve(false));
  probe.bind(port, LOOPBACK, () => probe.close(() => resolve(true)));
  return promise;
}

/** A free TCP port, chosen by the operating system. */
function findFreePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once("error", reject);
  probe.listen(0, LOOPBACK, () => {
    const address = probe.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    probe.close(() => resolve(port));
  });
  return promise;
}

/** Returns the preferred port if it is free, otherwise another one (0: any). Only for internal ports. */
export async function preferPort(
  wanted: number,
  taken: ReadonlySet<number>,
  protocol: "tcp" | "udp" = "tcp",
): Promise<number> {
  const free = protocol === "tcp" ? isPortFree : isUdpPortFree;
  if (wanted !== 0 && !taken.has(wanted) && (await free(wanted))) return wanted;
  for (;;) {
    const port = await findFreePort();
    if (!taken.has(port)) return port;
  }
}

/** @throws OperationError that names the port, the process that uses it if known, and a remedy. */
export async function requireFreePort(port: number): Promise<void> {
  const code = await findListenError(port);
  if (code === undefined) return;
  const problem = { subject: "port", value: String(port), ...explainListenError(code, port) };
  throw new OperationError(1, [problem], "The gateway port is not available:");
}

export function explainListenError(
  code: string,
  port: number,
): { readonly rule: string; readonly remedy: string } {
  switch (code) {
    case "EADDRINUSE": {
      const rule = `is in use by ${findPortHolder(port) ?? "another process"}`;
      return { rule, remedy: "Stop it, or choose another port with --port." };
    }
    case "EACCES":
      return {
        rule: "needs a privilege that this user does not have (EACCES)",
        remedy: "Choose a port from 1024 with --port.",
      };
    default:
      return { rule: `cannot be listened on (${code})`, remedy: "Choose another port with --port." };
  }
}

/** The process that listens on a port, as `name (process 123)`; undefined if it cannot be determined. */
function findPortHolder(port: number): string | undefined {
  return findWithSs(port) ?? findWithLsof(port);
}

/** Returns the standard output of a tool and ignores its errors. */
function runTool(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5000 });
}

function findWithSs(port: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = runTool("ss", ["-Hltnp", `sport = :${port}`]);
    const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(text) ?? [];
    // A thread may have any name; Node 24 names the main thread MainThread.
    const program = identifyProcess(Number(pid))?.program;
    return pid === undefined
      ? undefined
      : `${program === undefined ? name : basename(program)} (process ${pid})`;
  } catch {
    return undefined;
  }
}

function findWithLsof(port: number): string | undefined {
  if (process.platform === "win32") return undefined;
  try {
    const text = runTool("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
    const [pid, name] = [/^p(\d+)$/m.exec(text)?.[1], /^c(.+)$/m.exec(text)?.[1]];
    return pid === undefined || name === undefined ? undefined : `${name} (process ${pid})`;
  } catch {
    return undefined;
  }
}
