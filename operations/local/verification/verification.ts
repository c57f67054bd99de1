import type { LocalTarget } from "../../../probes/target/local-target.ts";
import type { Release } from "../releases/releases.ts";

/** What a verification came to. */
export interface Verification {
  /** `10/10`. */
  readonly score: string;
  readonly good: boolean;
  /** A sentence for each check that failed. */
  readonly failures: readonly string[];
  /** ISO 8601. */
  readonly at: string;
  readonly seconds: number;
}

/** Asks a deployment of a release whether it is good. A test, or a caller that knows better, may put its own in place. */
export type Verify = (target: LocalTarget, release: Release) => Promise<Verification>;
