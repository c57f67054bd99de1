import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError } from "../errors.ts";
import { makeDirectory, writeFileAtomically } from "../local/files.ts";
import { requireInstalledProgram } from "../local/processes/installed-programs.ts";
import { baseEnvironment } from "../local/processes/process-manager.ts";
import { pollUntil } from "../poll-until.ts";
import { checkRedisSnapshot } from "./redis-snapshot.ts";
import { runTool, withParentDeathSignal } from "./run-tool.ts";

const AOF_DIRECTORY = "appendonlydir";
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/**
 * Writes a snapshot as the data of a Redis with an append-only file. Redis would ignore a plain snapshot then, so it becomes the base
 * file of the log (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
 */
export async function writeRedisData(directory: string, snapshot: Buffer): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const aof = join(directory, AOF_DIRECTORY);
  makeDirectory(aof);
  const base = "appendonly.aof.1.base.rdb";
  const incremental = "appendonly.aof.1.incr.aof";
  writeFileAtomically(join(aof, base), snapshot);
  await checkRedisSnapshot(join(aof, base));
  writeFileAtomically(join(aof, incremental), "");
  writeFileAtomically(
    join(aof, "appendonly.aof.manifest"),
    `file ${base} seq 1 type b\nfile ${incremental} seq 1 type i\n`,
  );
}

/**
 * Starts a temporary Redis on restored data and counts its keys.
 * @throws OperationError if Redis cannot load the data.
 */
export async function countRestoredKeys(into: string): Promise<number> {
  const directory = join(into, "redis");
  const server = requireInstalledProgram("redis-server", "Install it (Debian: redis-server).");
  const cli = requireInstalledProgram("redis-cli", "Install it (Debian: redis-tools).");
  const socketDirectory = mkdtempSync(join(tmpdir(), "svr-"));
  const socket = join(socketDirectory, "redis.sock");
  const child = startRedis(server, directory, socket);
  try {
    let answer = "";
    const isLoaded = await pollUntil(
      async () => {
        answer = (await runTool(cli, ["-s", socket, "dbsize"])).stdout.trim();
        return /^\d+$/.test(answer) || child.exitCode !== null;
      },
      { timeoutMs: START_TIMEOUT_MS, intervalMs: POLL_MS },
    );
    if (isLoaded && /^\d+$/.test(answer)) return Number(answer);
    throw new OperationError(1, {
      subject: directory,
      rule: `cannot be loaded by Redis: ${answer || `it ended with exit code ${child.exitCode}`}`,
      remedy: "Choose another restore point; Redis holds only sessions and counters.",
    });
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    rmSync(socketDirectory, { recursive: true, force: true });
  }
}

function startRedis(server: string, directory: string, socket: string) {
  const config = [
    "port 0",
    `unixsocket ${socket}`,
    "unixsocketperm 700",
    `dir "${directory}"`,
    "appendonly yes",
    'save ""',
    "",
  ];
  const [program, args] = withParentDeathSignal(server, ["-"]);
  const child = spawn(program, [...args], {
    cwd: "/",
    env: baseEnvironment(),
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(config.join("\n"));
  return child;
}
