import { describe, expect, test } from "@jest/globals";
import { createWaitReporter } from "../../cli/wait-reporter.ts";

function recordOutput(isTerminal: boolean) {
  const notes: string[] = [];
  const progress: string[] = [];
  const output = {
    isTerminal,
    note: (text: string) => void notes.push(text),
    progress: (text: string) => void progress.push(text),
  };
  return { notes, progress, report: createWaitReporter(output) };
}

const wait = (elapsedMs: number, reason: string) => ({
  waitingFor: "https://play.example.org/health to return 200",
  reason,
  elapsedMs,
  timeoutMs: 300_000,
});

describe("a wait of the verification", () => {
  test("updates one line on a terminal, with the elapsed time", () => {
    const { notes, progress, report } = recordOutput(true);
    report(wait(3_000, "does not answer"));
    report(wait(6_000, "does not answer"));
    expect(progress).toEqual([
      "Waiting for https://play.example.org/health to return 200: does not answer (3 s of 300 s)",
      "Waiting for https://play.example.org/health to return 200: does not answer (6 s of 300 s)",
    ]);
    expect(notes).toEqual([]);
  });

  test("writes a line to a log when the reason changes, and every 30 s", () => {
    const { notes, progress, report } = recordOutput(false);
    for (const seconds of [3, 6, 30, 33, 36]) report(wait(seconds * 1000, "does not answer"));
    report(wait(39_000, "answers 503"));
    expect(notes.map((line) => line.replace(/.*200: /, ""))).toEqual([
      "does not answer (3 s of 300 s)",
      "does not answer (33 s of 300 s)",
      "answers 503 (39 s of 300 s)",
    ]);
    expect(progress).toEqual([]);
  });

  test("shows only the first line of a long reason", () => {
    const { notes, report } = recordOutput(false);
    report(wait(0, `${"x".repeat(300)}\nsecond`));
    expect(notes).toEqual([
      `Waiting for https://play.example.org/health to return 200: ${"x".repeat(100)} (0 s of 300 s)`,
    ]);
  });
});
