import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { basename } from "node:path";
import { OperationError } from "../../errors.ts";
import { identifyProcess } from "./process-identity.ts";

/** Everything stands on loopback: nothing of a laptop is open to its network. */
export const LOOPBACK = "127.0.0.1";

/** Whether a TCP port of loopback can be listened on right now. */
export function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once("error", () => resolve(false));
  probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  return promise;
}

function isUdpPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createSocket("udp4");
  probe.once("error", () => resolve(false));
  probe.bind(port, LOOPBACK, () => probe.close(() => resolve(true)));
  return promise;
}

/** A TCP port that nobody has, chosen by the system. */
export function findFreePort(): Promise<number> {
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

/** The wanted port where it is free, else another (0: any): for ports that only the deployment itself uses. */
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

/** @throws OperationError naming the port, who holds it where that can be known, and what to do. */
export async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  const holder = findPortHolder(port);
  throw new OperationError(
    1,
    [
      {
        subject: "port",
        value: String(port),
        rule: holder === undefined ? "is taken by another process" : `is taken by ${holder}`,
        remedy: "Stop it, or choose another port with --port.",
      },
    ],
    "The deployment cannot listen:",
  );
}

/** The process that listens on a port, as `name (process 123)`; undefined where it cannot be seen. */
export function findPortHolder(port: number): string | undefined {
  return findWithSs(port) ?? findWithLsof(port);
}

/** A tool's output, with its complaints left out. */
function runTool(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5000 });
}

function findWithSs(port: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = runTool("ss", ["-Hltnp", `sport = :${port}`]);
    const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(text) ?? [];
    // A program may call its threads what it likes; Node 24 calls its first one MainThread.
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
