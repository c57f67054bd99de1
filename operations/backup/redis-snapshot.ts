import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError } from "../errors.ts";
import { requireInstalledProgram } from "../local/processes/installed-programs.ts";
import { LOOPBACK } from "../local/processes/ports.ts";
import type { RedisSource } from "./backup-source.ts";
import { runTool } from "./run-tool.ts";

/** Installed with Redis; on Debian, by the package redis-tools. */
function requireTool(name: "redis-cli" | "redis-check-rdb"): string {
  return requireInstalledProgram(name, "Install Redis (Debian: redis-tools).");
}

/**
 * Takes a snapshot of Redis over its own replication protocol, which works locally and across a network, and checks it.
 * @throws OperationError if Redis cannot be read or the snapshot is not valid.
 */
export async function takeRedisSnapshot({ port, password, authorityFile }: RedisSource): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-redis-"));
  try {
    const file = join(directory, "dump.rdb");
    const address = [
      "-h",
      LOOPBACK,
      "-p",
      String(port),
      "--tls",
      "--cacert",
      authorityFile,
      "--sni",
      "localhost",
    ];
    const { code, stderr } = await runTool(requireTool("redis-cli"), [...address, "--rdb", file], {
      env: { REDISCLI_AUTH: password },
    });
    if (code !== 0) throw snapshotError(`cannot be taken: ${lastLine(stderr)}`);
    await checkRedisSnapshot(file);
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws OperationError if Redis could not load the file. */
export async function checkRedisSnapshot(file: string): Promise<void> {
  const { code, stdout } = await runTool(requireTool("redis-check-rdb"), [file]);
  if (code !== 0) throw snapshotError(`is not valid: ${lastLine(stdout)}`);
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

function snapshotError(rule: string): OperationError {
  return new OperationError(1, {
    subject: "the Redis snapshot",
    rule,
    remedy: "Check that Redis runs and has memory and disk space for a snapshot, then run this again.",
  });
}
