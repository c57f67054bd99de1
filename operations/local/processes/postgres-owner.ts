import { execFileSync } from "node:child_process";

/** The user that runs Postgres and owns its files. */
export interface ProcessOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so its own user runs it. @returns undefined if this user runs it. */
export function findPostgresOwner(): ProcessOwner | "none" | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string): number =>
      Number(
        execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
      );
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return "none";
  }
}
