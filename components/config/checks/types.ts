import type { Problem } from "../../shared/errors.ts";
import type { Config } from "../config.ts";

/** A reason why an environment is not ready: the setting, the violated rule and the remedy. */
export type Finding = Problem;

/** One of the 28 checks of `config validate`. A pure function of the config. */
export interface Check {
  /** Stable: JSON output and documents refer to it. */
  readonly id: string;
  /** A statement that is true if the check passes. */
  readonly title: string;
  readonly run: (config: Config) => readonly Finding[];
}

/** The result of a check for one config. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: "pass" | "fail";
  /** Empty if and only if the check passed. */
  readonly findings: readonly Finding[];
}
