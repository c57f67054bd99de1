import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { eventually } from "../support/ports.ts";
import { describeWithTools } from "../support/tools.ts";

/** Connects standard input and output with a new terminal. */
const IN_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

/** Seconds for planning and judging on a busy machine. */
const PATIENCE = 90;

/** A `checklist run` in a terminal of its own. */
class TerminalRun {
  readonly #child: ChildProcess;
  #text = "";

  constructor(by: string, state: string) {
    const command = ["cli/main.ts", "checklist", "run", "production", "--by", by, "--state", state];
    this.#child = spawn("python3", ["-c", IN_TERMINAL, process.execPath, ...command], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, TERM: "xterm" },
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#text += stripVTControlCharacters(text);
    });
  }

  /** Waits for a text on the screen, and then types. */
  async type(expected: RegExp, keys: string): Promise<void> {
    await this.#wait(expected);
    this.#text = "";
    this.#child.stdin?.write(keys);
  }

  async end(): Promise<{ readonly exitCode: number | null; readonly text: string }> {
    if (this.#child.exitCode === null)
      await new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    return { exitCode: this.#child.exitCode, text: this.#text };
  }

  async #wait(expected: RegExp): Promise<void> {
    await eventually(`${expected} on the screen`, PATIENCE, async () =>
      expected.test(this.#text) ? true : undefined,
    );
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}

describeWithTools(["python3"], "the deployment day in a terminal", () => {
  const directory = mkdtempSync(join(tmpdir(), "day-in-terminal-"));
  const runs: TerminalRun[] = [];
  const start = (by: string, state: string): TerminalRun => {
    const run = new TerminalRun(by, state);
    runs.push(run);
    return run;
  };
  afterAll(() => {
    for (const run of runs) run.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test(
    "steps are gone through, Ctrl-C pauses, another person continues on another machine, and a rollback ends the day",
    async () => {
      const here = join(directory, "here.json");
      const ada = start("ada@example.org", here);
      await ada.type(/Step 1 of \d+, day-before[\s\S]*r roll back/, "x\n");
      await ada.type(/Type d \(done\)/, "n the network is slow\n");
      await ada.type(/Noted\./, "d\n");
      await ada.type(/Step 2 of/, "f the backup is missing\n");
      await ada.type(/Recorded as failed: type d with the fix/, "d started a backup\n");
      await ada.type(/Step 3 of/, "v\n");
      await ada.type(/Step 3 of[\s\S]*r roll back/, "\u0003");
      const paused = await ada.end();
      expect(paused.text).toMatch(/production: paused, 2 of \d+ steps/);
      expect(paused.text).toContain("Continue here with the same command, or on another machine");
      expect(paused.exitCode).toBe(0);

      const there = join(directory, "there.json");
      cpSync(here, there);
      const grace = start("grace@example.org", there);
      await grace.type(/Step 3 of/, "r players are disconnected\n");
      const rolledBack = await grace.end();
      expect(rolledBack.text).toContain("npm run rollback -- production --reason");
      expect(rolledBack.exitCode).toBe(1);

      const { status, steps, events } = JSON.parse(readFileSync(there, "utf8"));
      expect(status).toBe("rolled-back");
      expect(steps.slice(0, 2)).toMatchObject([
        { status: "done", by: "ada@example.org" },
        { status: "done", by: "ada@example.org", note: "started a backup" },
      ]);
      expect(
        events.map(({ what, by }: { what: string; by: string }) => `${what} ${by.split("@")[0]}`),
      ).toEqual([
        "created ada",
        "started ada",
        "note ada",
        "done ada",
        "started ada",
        "failed ada",
        "done ada",
        "started ada",
        "paused ada",
        "resumed grace",
        "rollback grace",
      ]);
    },
    3 * PATIENCE * 1000,
  );
});
