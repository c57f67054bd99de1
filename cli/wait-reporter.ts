import type { OnWait } from "../operations/pulumi/verification/verification.ts";
import type { Output } from "./output.ts";

/** In a log, an unchanged wait is repeated this often, so that a reader sees that the command is alive. */
const REPEAT_INTERVAL_MS = 30_000;

/** A reason that fits into one line of a terminal next to what is waited for. */
const MAX_REASON_LENGTH = 100;

/** Reports waits: as one line that changes in place on a terminal, and elsewhere as a line per reason and every 30 s. */
export function createWaitReporter(output: Pick<Output, "note" | "progress" | "isTerminal">): OnWait {
  let reported: { readonly text: string; readonly elapsedMs: number } | undefined;
  return ({ waitingFor, reason, elapsedMs, timeoutMs }) => {
    const [line = ""] = reason.split("\n");
    const text = `Waiting for ${waitingFor}: ${line.slice(0, MAX_REASON_LENGTH)}`;
    const time = `${Math.round(elapsedMs / 1000)} s of ${Math.round(timeoutMs / 1000)} s`;
    if (output.isTerminal) {
      output.progress(`${text} (${time})`);
      return;
    }
    if (reported?.text === text && elapsedMs - reported.elapsedMs < REPEAT_INTERVAL_MS) return;
    reported = { text, elapsedMs };
    output.note(`${text} (${time})`);
  };
}
