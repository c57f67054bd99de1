import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEventLog } from "./event-log.ts";

/** Where Pulumi's output is written while it runs. */
interface LiveOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether Pulumi may use the terminal for its progress display and confirmation. */
  readonly interactive: boolean;
}

/** The result of one run. */
export interface PulumiResult {
  /** The CLI's exit code; 128 or more if a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams and the event log, for recognizing a failure. */
  readonly output: string;
}

interface PulumiCliOptions {
  /** The path of the CLI. */
  readonly command: string;
  /** The environment of the CLI; secrets are passed in it, never as arguments. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly live: LiveOutput;
}

interface StreamOptions {
  /** On a terminal, Pulumi shows its progress and asks for confirmation. */
  readonly confirms?: boolean;
  /** Standard output is not shown, because it is JSON for parsing. */
  readonly quiet?: boolean;
}

/** Runs the Pulumi CLI, one call per run. */
export interface PulumiCli {
  /** Runs without showing the output. */
  readonly capture: (args: readonly string[], cwd: string) => Promise<PulumiResult>;
  /** Runs, passes the output through and keeps the event log. */
  readonly show: (args: readonly string[], cwd: string, options?: StreamOptions) => Promise<PulumiResult>;
}

export function createPulumiCli(engine: PulumiCliOptions): PulumiCli {
  return {
    capture: (args, cwd) => runPulumi(engine, [...args, "--non-interactive"], cwd, "captured"),
    show: (args, cwd, { confirms = false, quiet = false } = {}) =>
      confirms && engine.live.interactive
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
  // If Pulumi draws on the terminal itself, the event log is the only output that is kept.
  const events = mode === "captured" ? undefined : mkdtempSync(join(tmpdir(), "spacetime-vr-events-"));
  try {
    const log = events === undefined ? undefined : join(events, "events.json");
    const child = spawn(engine.command, [...args, ...(log === undefined ? [] : ["--event-log", log])], {
      cwd,
      // Pulumi supports the event log flag only with this variable.
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
    const output = [stderr, stdout, ...(log === undefined ? [] : readEventLog(log))].join("\n");
    return { status, stdout, stderr, output };
  } finally {
    if (events !== undefined) rmSync(events, { recursive: true, force: true });
  }
}

/**
 * Pulumi must finish its steps and release its lock before this process may exit. Ctrl-C in the terminal reaches it
 * directly; other signals are forwarded.
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
