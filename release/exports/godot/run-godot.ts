import { spawn } from "node:child_process";
import { baseEnvironment } from "../../../operations/local/processes/process-manager.ts";
import type { Godot } from "./find-godot.ts";

export interface GodotRun {
  readonly exitCode: number | null;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** A full export of a large project takes some minutes. */
const TIMEOUT_MS = 30 * 60_000;

const MAX_OUTPUT = 1024 * 1024;

interface RunOptions {
  readonly project: string;
  /** Passed in the environment variable that Godot reads, never as an argument. */
  readonly key?: Buffer | undefined;
  readonly timeoutMs?: number;
}

/** Runs Godot headless on a project, with a clean environment. */
export async function runGodot(
  { path }: Godot,
  args: readonly string[],
  { project, key, timeoutMs = TIMEOUT_MS }: RunOptions,
): Promise<GodotRun> {
  const child = spawn(path, ["--headless", "--path", project, ...args], {
    env: {
      ...baseEnvironment(),
      ...(key === undefined ? {} : { GODOT_SCRIPT_ENCRYPTION_KEY: key.toString("hex") }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output = `${output}${chunk}`.slice(-MAX_OUTPUT);
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject);
  child.on("close", resolve);
  try {
    return { exitCode: await promise, output, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lines that mean a broken export. Godot exits with 0 after some of them (github.com/godotengine/godot/issues/122169), and with
 * other errors, such as those of a missing cursor, the export is good.
 */
const FATAL =
  /^(SCRIPT ERROR: |ERROR: .*(Parse Error|Failed to load script|Failed loading resource|Cannot export project|Failed to export|Unknown export preset|Invalid export preset|export template))/;

/** Returns the errors in the output after which an export must not be used. */
export function fatalErrors(output: string): string[] {
  return [
    ...new Set(
      output
        .split("\n")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: Godot colours its errors.
        .map((line) => line.replaceAll(/\u001b\[[0-9;]*m/g, "").trim())
        .filter((line) => FATAL.test(line)),
    ),
  ];
}
