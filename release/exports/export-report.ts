import type { Problem } from "../../components/shared/errors.ts";

/** The checks of an export, by their ID in reports. */
export type ExportCheckId =
  | "files"
  | "checksums"
  | "executable"
  | "libraries"
  | "symbols"
  | "template"
  | "size"
  | "pack"
  | "digests"
  | "contents"
  | "secrets"
  | "references"
  | "settings"
  | "autoloads"
  | "scenes"
  | "frame-rate"
  | "version"
  | "presets";

/** `unproven`: the content is encrypted and no key was given. `skipped`: there is nothing to check. */
export type ExportCheckStatus = "passed" | "failed" | "warning" | "unproven" | "skipped";

/** The result of a check of one export, or of the whole directory. */
export interface ExportCheck {
  readonly id: ExportCheckId;
  /** A statement that is true if the check passed. */
  readonly title: string;
  /** The executable, relative to the directory; undefined for the whole directory. */
  readonly export?: string;
  readonly status: ExportCheckStatus;
  /** What was measured, in one line. */
  readonly detail: string;
  /** At most `MAX_PROBLEMS`. */
  readonly problems: readonly Problem[];
  /** Number of problems that are not listed. */
  readonly moreProblems: number;
}

/** One server in the directory. */
export interface ExportedServer {
  /** Relative to the directory, with `/`. */
  readonly executable: string;
  readonly platform: "linux" | "windows";
  readonly architecture: string;
  readonly bytes: number;
  readonly stripped: boolean;
  readonly signed: boolean;
  readonly libraries: readonly string[];
  /** Undefined if there is no readable pack. */
  readonly pack: ExportedPack | undefined;
}

export interface ExportedPack {
  /** Relative to the directory; the executable if the pack is embedded. */
  readonly file: string;
  readonly embedded: boolean;
  readonly formatVersion: number;
  /** The version of Godot that wrote it. */
  readonly engine: string;
  readonly bytes: number;
  readonly files: number;
  readonly encryption: "none" | "files" | "directory";
}

export interface ExportReport {
  readonly schema: 1;
  readonly directory: string;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly durationMs: number;
  /** `unproven` if nothing failed, but something could not be read. */
  readonly verdict: "passed" | "failed" | "unproven";
  readonly servers: readonly ExportedServer[];
  readonly checks: readonly ExportCheck[];
}

/** A damaged pack can have thousands of problems with the same cause. */
export const MAX_PROBLEMS = 20;

export interface CheckOutcome {
  readonly status?: Exclude<ExportCheckStatus, "passed" | "failed">;
  readonly detail?: string;
  readonly problems?: readonly Problem[];
}

/** Creates the result of a check; with problems and no other status, it failed. */
export function createCheck(
  id: ExportCheckId,
  title: string,
  exported: string | undefined,
  { status, detail = "", problems = [] }: CheckOutcome,
): ExportCheck {
  return {
    id,
    title,
    ...(exported === undefined ? {} : { export: exported }),
    status: status ?? (problems.length > 0 ? "failed" : "passed"),
    detail,
    problems: problems.slice(0, MAX_PROBLEMS),
    moreProblems: Math.max(0, problems.length - MAX_PROBLEMS),
  };
}

export function verdictOf(checks: readonly ExportCheck[]): ExportReport["verdict"] {
  if (checks.some(({ status }) => status === "failed")) return "failed";
  return checks.some(({ status }) => status === "unproven") ? "unproven" : "passed";
}
