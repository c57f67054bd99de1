import type { Problem } from "../../shared/errors.ts";
import type { Config } from "../config.ts";

/** One thing that keeps an environment from being ready: the setting, why it is not good enough, and what to do. */
export type Finding = Problem;

/** One of the 28 checks of `config validate`. Pure: the same config always gives the same findings. */
export interface Check {
  /** Stable, for machines and for the documents that refer to it. */
  readonly id: string;
  /** What is true when it passes, as a sentence. */
  readonly title: string;
  readonly run: (config: Config) => readonly Finding[];
}

/** A check's verdict for one config. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: "pass" | "fail";
  /** Empty exactly when it passed. */
  readonly findings: readonly Finding[];
}
