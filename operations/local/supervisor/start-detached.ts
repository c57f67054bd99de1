import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { OperationError, SupervisorError } from "../../errors.ts";
import type { DeployResult } from "../deployment/deployment.ts";
import { fileError, makeDirectory, makeStateDirectory, PRIVATE_FILE_MODE } from "../files.ts";
import { localPaths } from "../paths.ts";
import type { LocalEvent } from "../processes/process-manager.ts";
import type { OnEvent } from "../up.ts";
import type { DetachedOptions } from "./supervisor-main.ts";

type ParentMessage =
  | { readonly kind: "event"; readonly event: LocalEvent }
  | { readonly kind: "result"; readonly result: DeployResult }
  | { readonly kind: "error"; readonly message: string; readonly exitCode: number };

/**
 * Starts a supervisor that outlives this process, and waits until its first release is verified.
 * @throws SupervisorError with its message; the supervisor has exited then.
 */
export async function startDetached(options: DetachedOptions, onEvent: OnEvent): Promise<DeployResult> {
  const { logs, state } = localPaths(options.project);
  makeStateDirectory(state);
  makeDirectory(logs);
  const errors = openErrorLog(join(logs, "supervisor-errors.log"));
  const main = join(options.root, "operations", "local", "supervisor", "supervisor-main.ts");
  const child = spawn(process.execPath, [main, JSON.stringify(options)], {
    cwd: options.project,
    detached: true,
    windowsHide: true,
    stdio: ["ignore", errors, errors, "ipc"],
  });
  closeSync(errors);
  const { promise, resolve, reject } = Promise.withResolvers<DeployResult>();
  child.on("message", (line: ParentMessage) => {
    if (line.kind === "event") onEvent(line.event);
    else if (line.kind === "result") resolve(line.result);
    else reject(new SupervisorError(line.message, line.exitCode));
  });
  child.on("error", reject);
  child.on("exit", (code) =>
    reject(
      new OperationError(
        1,
        [],
        `The supervisor ended with ${code ?? "a signal"}: ${join(logs, "supervisor-errors.log")} contains its output.`,
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

function openErrorLog(path: string): number {
  try {
    return openSync(path, "a", PRIVATE_FILE_MODE);
  } catch (error) {
    throw fileError(error, path);
  }
}
