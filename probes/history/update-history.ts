/** An update in the ledger, as far as checks read it. */
export interface RecordedUpdate {
  readonly id: string;
  readonly commit: string;
  readonly dirty: boolean;
  readonly verdict: "good" | "bad" | "unverified";
  readonly summary: string;
  /** Whether it was rolled back from. */
  readonly withdrawn: boolean;
  /** Whether its commit and its installed packages are available. */
  readonly complete: boolean;
}

/** The updates of a stack, oldest first, and the commit that is to be deployed. */
export interface UpdateHistory {
  readonly updates: readonly RecordedUpdate[];
  readonly commit: string | undefined;
}
