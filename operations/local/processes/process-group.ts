import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { readProcessStat } from "./process-identity.ts";

/**
 * The processes of the group that a managed process leads. It starts in a session of its own, so a group with its number and another
 * session belongs to another program that got the number later.
 */
export function groupMembers(leader: number): number[] {
  try {
    if (process.platform === "linux")
      return readdirSync("/proc").flatMap((name) => memberOnLinux(name, leader));
    if (process.platform === "win32") return [];
    const text = execFileSync("ps", ["-A", "-o", "pid=,pgid="], { encoding: "utf8" });
    return text.split("\n").flatMap((line) => {
      const [pid, group] = line.trim().split(/\s+/).map(Number);
      return group === leader && pid !== undefined ? [pid] : [];
    });
  } catch {
    return [];
  }
}

function memberOnLinux(name: string, leader: number): number[] {
  if (!/^\d+$/.test(name)) return [];
  try {
    const { state, group, session } = readProcessStat(Number(name));
    return group === leader && session === leader && state !== "Z" ? [Number(name)] : [];
  } catch {
    // The process exited in the meantime.
    return [];
  }
}

/** Kills what remains of a group whose leader has exited, such as nginx workers that would keep the port. */
export function killGroup(leader: number): void {
  try {
    if (process.platform !== "win32") process.kill(-leader, "SIGKILL");
  } catch {
    // The group is empty.
  }
}
