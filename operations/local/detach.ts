import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Rolled } from "./deployment.ts";
import { DetachedError, OperationError } from "./errors.ts";
import { makeDirectory, makeStateDirectory, PRIVATE } from "./files.ts";
import { localPaths } from "./paths.ts";
import type { LocalEvent } from "./supervision.ts";
import type { DetachedOptions } from "./supervisor-main.ts";
import type { Hear } from "./up.ts";

type Line =
  | { readonly kind: "event"; readonly event: LocalEvent }
  | { readonly kind: "result"; readonly result: Rolled }
  | { readonly kind: "error"; readonly message: string; readonly exitCode: number };

/**
 * Starts a supervisor that outlives this process, and waits until its first release is verified.
 * @throws DetachedError with its words when it could not; it has ended then.
 */
export async function startDetached(options: DetachedOptions, hear: Hear): Promise<Rolled> {
  const { logs, state } = localPaths(options.project);
  makeStateDirectory(state);
  makeDirectory(logs);
  const errors = openSync(join(logs, "supervisor-errors.log"), "a", PRIVATE);
  const main = join(options.root, "operations", "local", "supervisor-main.ts");
  const child = spawn(process.execPath, [main, JSON.stringify(options)], {
    cwd: options.project,
    detached: true,
    windowsHide: true,
    stdio: ["ignore", errors, errors, "ipc"],
  });
  closeSync(errors);
  const { promise, resolve, reject } = Promise.withResolvers<Rolled>();
  child.on("message", (line: Line) => {
    if (line.kind === "event") hear(line.event);
    else if (line.kind === "result") resolve(line.result);
    else reject(new DetachedError(line.message, line.exitCode));
  });
  child.on("error", reject);
  child.on("exit", (code) =>
    reject(
      new OperationError(
        `The supervisor ended with ${code ?? "a signal"}: ${join(logs, "supervisor-errors.log")} has its words.`,
      ),
    ),
  );
  try {
    return await promise;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}
