import type { Output } from "../../output.ts";

/** What the commands need from the process. */
export interface PackageContext {
  /** The directory of the unpacked package. */
  readonly root: string;
  readonly output: Output;
}
