import type { LocalTarget } from "../../../probes/target/local-target.ts";
import type { Release } from "../releases/releases.ts";

/** The result of a verification. */
export interface Verification {
  /** `10/10`. */
  readonly score: string;
  readonly good: boolean;
  /** One sentence for each failed check. */
  readonly failures: readonly string[];
  /** ISO 8601. */
  readonly at: string;
  readonly seconds: number;
}

/** Verifies a deployed release. Tests provide their own implementation. */
export type Verify = (target: LocalTarget, release: Release) => Promise<Verification>;
