import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * Identifies a process. PIDs are reused, so two identities match only if PID, start time and program are the same.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time: clock ticks since boot with the boot ID on Linux, a date elsewhere. */
  readonly started: string;
  /** Path of the executable. */
  readonly program: string;
}

/** Returns the identity of a running process; undefined if it does not exist or may not be inspected. */
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

/** Whether a recorded process still runs. */
export function isAlive(known: ProcessIdentity): boolean {
  const now = identifyProcess(known.pid);
  return now !== undefined && now.started === known.started && now.program === known.program;
}

/** What proc(5) lists from field 3 on: `state`, `ppid`, `pgrp`, `session` and, as field 22, the start time. */
export interface ProcessStat {
  readonly state: string;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
}

/** Reads `/proc/<pid>/stat` of Linux. @throws an ENOENT error if the process does not exist. */
export function readProcessStat(pid: number): ProcessStat {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name is in parentheses and may itself contain parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): string => fields[number - 3] ?? "";
  return { state: field(3), group: Number(field(5)), session: Number(field(6)), startTime: field(22) };
}

function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  const { state, startTime } = readProcessStat(pid);
  if (state === "Z" || state === "X") return undefined;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, started: `${boot} ${startTime}`, program: executablePath(pid) };
}

/**
 * An upgrade may replace the executable of a running process, which Linux marks as deleted; it is still the same
 * process.
 */
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
