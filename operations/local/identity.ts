import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * What makes a process that very process: numbers are given anew, so the number alone proves nothing. Two identities are of
 * one process when all three agree.
 */
export interface Identity {
  readonly pid: number;
  /** When it began: ticks since the boot with the boot's own id on Linux, a date elsewhere. */
  readonly started: string;
  /** The program's file. */
  readonly program: string;
}

/** Who a process is right now; undefined when there is none of that number, or it is not ours to look at. */
export function identify(pid: number): Identity | undefined {
  try {
    switch (process.platform) {
      case "linux":
        return linux(pid);
      case "win32":
        return windows(pid);
      default:
        return posix(pid);
    }
  } catch {
    return undefined;
  }
}

/** Whether a process that was written down still runs. */
export function isAlive(known: Identity): boolean {
  const now = identify(known.pid);
  return now !== undefined && now.started === known.started && now.program === known.program;
}

/** Field of `/proc/<pid>/stat` after the closing bracket of the name: proc(5) numbers the start time 22 and the state 3. */
const START_FIELD = 22 - 3;

function linux(pid: number): Identity | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name stands in brackets and may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, started: `${boot} ${fields[START_FIELD] ?? ""}`, program: programOf(pid) };
}

/** A program that was replaced by an upgrade while it runs is still the same process. */
function programOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
}

function posix(pid: number): Identity | undefined {
  const ask = (column: string): string =>
    execFileSync("ps", ["-o", `${column}=`, "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  if (ask("stat").startsWith("Z")) return undefined;
  return { pid, started: ask("lstart"), program: ask("comm") };
}

function windows(pid: number): Identity | undefined {
  const script = `$p = Get-Process -Id ${pid}; "$($p.StartTime.ToFileTimeUtc())|$($p.Path)"`;
  const text = execFileSync("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  }).trim();
  const [started, program] = text.split("|");
  return started === undefined || program === undefined || started === ""
    ? undefined
    : { pid, started, program };
}
