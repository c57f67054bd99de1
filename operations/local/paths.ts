import { join } from "node:path";
import { LOCAL_STATE_DIRECTORY, LOCAL_TARGET_FILE } from "../../probes/target/local-target.ts";

/** Where the local deployment keeps everything; nothing of it lies elsewhere. */
export interface LocalPaths {
  /** `<project>/.spacetime-vr/local`. */
  readonly state: string;
  /** Which supervisor owns the deployment. */
  readonly lock: string;
  /** How commands reach the supervisor. */
  readonly control: string;
  /** What runs, as `local status` shows it. */
  readonly running: string;
  /** The children of the supervisor, by which a later one recognises them. */
  readonly children: string;
  readonly current: string;
  readonly history: string;
  readonly target: string;
  readonly secrets: string;
  readonly tls: string;
  readonly releases: string;
  readonly logs: string;
  readonly nginx: string;
  readonly postgres: string;
  readonly redis: string;
}

/** The paths of a project's local deployment. */
export function localPaths(project: string): LocalPaths {
  const state = join(project, LOCAL_STATE_DIRECTORY);
  const at = (name: string): string => join(state, name);
  return {
    state,
    lock: at("lock.json"),
    control: at("control.json"),
    running: at("running.json"),
    children: at("children.json"),
    current: at("current.json"),
    history: at("history.jsonl"),
    target: at(LOCAL_TARGET_FILE),
    secrets: at("secrets"),
    tls: at("tls"),
    releases: at("releases"),
    logs: at("logs"),
    nginx: at("nginx"),
    postgres: at("postgres"),
    redis: at("redis"),
  };
}

/** The catalogue's paths begin with a slash; on Windows such a path is one of the current drive. */
export function serverPath(path: string): string {
  return process.platform === "win32" ? path.replace(/^[A-Za-z]:/, "").replaceAll("\\", "/") : path;
}
