import { join } from "node:path";
import { LOCAL_STATE_DIRECTORY, LOCAL_TARGET_FILE } from "../../probes/target/local-target.ts";

/** The paths of all files of the local deployment. */
export interface LocalPaths {
  /** `<project>/.spacetime-vr/local`. */
  readonly state: string;
  /** The lock file of the supervisor. */
  readonly lock: string;
  /** Port and token of the supervisor's control channel. */
  readonly control: string;
  /** The running state, as `local status` shows it. */
  readonly running: string;
  /** The child processes of the supervisor, so that a later supervisor can recognize them. */
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

/** Returns the paths of a project's local deployment. */
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

/** The catalogue's paths begin with a slash; on Windows, such a path is relative to the current drive. */
export function serverPath(path: string): string {
  return process.platform === "win32" ? path.replace(/^[A-Za-z]:/, "").replaceAll("\\", "/") : path;
}
