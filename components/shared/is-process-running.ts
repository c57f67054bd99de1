import { errorCode } from "./error-code.ts";

/** Whether a process of this machine runs. Signal 0 only checks that it exists (kill(2)). */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it runs.
    return errorCode(error) === "EPERM";
  }
}
