import type { Output } from "../../output.ts";

/** What the commands need from the process. */
export interface ReleaseContext {
  /** The directory with the stack files. */
  readonly directory: string;
  /** The directory of the product's code. */
  readonly root: string;
  readonly output: Output;
}
