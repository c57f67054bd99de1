import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Everything that may be left of a control plane, for the tests that expect nothing. */
interface Leftovers {
  readonly processes: readonly string[];
  readonly directory: boolean;
  readonly port: boolean;
}

/**
 * Searches for processes with the directory in their command line, for the directory and for a listener on the
 * server's port.
 */
export async function findLeftovers(directory: string, port: number): Promise<Leftovers> {
  const processes = await findProcesses(directory);
  return { processes, directory: existsSync(directory), port: await isListening(port) };
}

/** What is left after the maximum cleanup time; returns earlier if nothing is. */
export async function findLeftoversAfter(
  milliseconds: number,
  directory: string,
  port: number,
): Promise<Leftovers> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = await findLeftovers(directory, port);
    const clean = found.processes.length === 0 && !found.directory && !found.port;
    if (clean || Date.now() > deadline) return found;
    await sleep(50);
  }
}

/** The command lines that contain this text. */
export async function findProcesses(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split("\n").filter((line) => line.includes(text));
}

/** Whether a process accepts connections on this loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
