import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Fields of `/proc/<pid>/stat` after the name (proc(5)): state, ppid, pgrp, session. */
const STATE_FIELD = 0;
const GROUP_FIELD = 2;
const SESSION_FIELD = 3;

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
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isMember = Number(fields[GROUP_FIELD]) === leader && Number(fields[SESSION_FIELD]) === leader;
    return isMember && fields[STATE_FIELD] !== "Z" ? [Number(name)] : [];
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
