import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * What makes a process that very process: numbers are given anew, so the number alone proves nothing. Two identities are of
 * one process when all three agree.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began: ticks since the boot with the boot's own id on Linux, a date elsewhere. */
  readonly started: string;
  /** The program's file. */
  readonly program: string;
}

/** Who a process is right now; undefined when there is none of that number, or it is not ours to look at. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    switch (process.platform) {
      case "linux":
        return identifyOnLinux(pid);
      case "win32":
        return identifyOnWindows(pid);
      default:
        return identifyOnPosix(pid);
    }
  } catch {
    return undefined;
  }
}

/** Whether a process that was written down still runs. */
export function isAlive(known: ProcessIdentity): boolean {
  const now = identifyProcess(known.pid);
  return now !== undefined && now.started === known.started && now.program === known.program;
}

/** Field of `/proc/<pid>/stat` after the closing bracket of the name: proc(5) numbers the start time 22 and the state 3. */
const START_TIME_FIELD = 22 - 3;

function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name stands in brackets and may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, started: `${boot} ${fields[START_TIME_FIELD] ?? ""}`, program: executablePath(pid) };
}

/** A program that was replaced by an upgrade while it runs is still the same process. */
function executablePath(pid: number): string {
  return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
}

function identifyOnPosix(pid: number): ProcessIdentity | undefined {
  const ask = (column: string): string =>
    execFileSync("ps", ["-o", `${column}=`, "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  if (ask("stat").startsWith("Z")) return undefined;
  return { pid, started: ask("lstart"), program: ask("comm") };
}

function identifyOnWindows(pid: number): ProcessIdentity | undefined {
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
