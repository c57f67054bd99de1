import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEventLog } from "./event-log.ts";

/** Where the engine's words go while it runs. */
export interface LiveOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether the engine may take the terminal for its own progress display and its question. */
  readonly interactive: boolean;
}

/** How one run ended. */
export interface PulumiResult {
  /** The CLI's own exit code; 128 and more when a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything said: both streams and the event log, for recognising a failure. */
  readonly said: string;
}

export interface PulumiCliOptions {
  /** The path of the CLI. */
  readonly command: string;
  /** The environment of the CLI; secrets reach it this way and never as arguments. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly live: LiveOutput;
}

export interface StreamOptions {
  /** On a terminal the engine draws its progress there and puts its own question. */
  readonly asks?: boolean;
  /** Nothing of the standard output is shown, because it is JSON to be read. */
  readonly quiet?: boolean;
}

/** The Pulumi CLI, one call per run. */
export interface PulumiCli {
  /** Runs without showing anything. */
  readonly capture: (args: readonly string[], cwd: string) => Promise<PulumiResult>;
  /** Runs with its output passed through as it comes, and keeps the event log. */
  readonly show: (args: readonly string[], cwd: string, options?: StreamOptions) => Promise<PulumiResult>;
}

export function createPulumiCli(engine: PulumiCliOptions): PulumiCli {
  return {
    capture: (args, cwd) => runPulumi(engine, [...args, "--non-interactive"], cwd, "captured"),
    show: (args, cwd, { asks = false, quiet = false } = {}) =>
      asks && engine.live.interactive
        ? runPulumi(engine, args, cwd, "interactive")
        : runPulumi(engine, [...args, "--non-interactive"], cwd, quiet ? "quiet" : "passed on"),
  };
}

type OutputMode = "captured" | "quiet" | "passed on" | "interactive";

async function runPulumi(
  engine: PulumiCliOptions,
  args: readonly string[],
  cwd: string,
  mode: OutputMode,
): Promise<PulumiResult> {
  // The event log is the only word of the engine that is kept when it draws on the terminal itself.
  const events = mode === "captured" ? undefined : mkdtempSync(join(tmpdir(), "spacetime-vr-events-"));
  try {
    const log = events === undefined ? undefined : join(events, "events.json");
    const child = spawn(engine.command, [...args, ...(log === undefined ? [] : ["--event-log", log])], {
      cwd,
      // The flag of the event log is there with this alone.
      env: { ...engine.environment, ...(log === undefined ? {} : { PULUMI_DEBUG_COMMANDS: "true" }) },
      stdio: mode === "interactive" ? ["inherit", "inherit", "pipe"] : ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const release = forwardSignals(child);
    const live = mode === "captured" ? undefined : engine.live;
    const [stdout, stderr, status] = await Promise.all([
      collectOutput(child.stdout, mode === "quiet" ? undefined : live?.stdout),
      collectOutput(child.stderr, live?.stderr),
      waitForExit(child),
    ]).finally(release);
    const said = [stderr, stdout, ...(log === undefined ? [] : readEventLog(log))].join("\n");
    return { status, stdout, stderr, said };
  } finally {
    if (events !== undefined) rmSync(events, { recursive: true, force: true });
  }
}

/**
 * The engine must end its steps and let go of its lock before this process may end: an interrupt from the terminal reaches it
 * by itself, anything else is handed on.
 */
function forwardSignals(child: ChildProcess): () => void {
  const onInterrupt = (): void => {};
  const onEnd = (): void => {
    child.kill("SIGINT");
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", onEnd).on("SIGHUP", onEnd);
  return () => {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onEnd).off("SIGHUP", onEnd);
  };
}

async function collectOutput(
  stream: NodeJS.ReadableStream | null,
  live?: (text: string) => void,
): Promise<string> {
  if (stream === null) return "";
  stream.setEncoding("utf8");
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    live?.(String(chunk));
  }
  return text;
}

function waitForExit(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on("error", reject);
  child.on("close", (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  return promise;
}
