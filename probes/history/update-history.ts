/** An update in the ledger, as far as checks read it. */
export interface RecordedUpdate {
  readonly id: string;
  readonly kind: "up" | "rollback";
  readonly commit: string;
  readonly dirty: boolean;
  readonly verdict: "good" | "bad" | "unverified";
  readonly summary: string;
  readonly startedAt: string;
  /** Undefined in records of older versions. */
  readonly startedBy: string | undefined;
  /** Of a rollback: why; undefined if the operator gave no reason. */
  readonly reason: string | undefined;
  /** Whether it was rolled back from. */
  readonly withdrawn: boolean;
  /** Whether its commit and its installed packages are available. */
  readonly complete: boolean;
}

/** The updates of a stack, oldest first, and the commit that is to be deployed. */
export interface UpdateHistory {
  readonly updates: readonly RecordedUpdate[];
  readonly commit: string | undefined;
  /**
   * The updates in Pulumi's own history since the first one in the ledger, oldest first; undefined if it was not read, because that
   * needs the Pulumi CLI.
   */
  readonly stackUpdates: readonly { readonly id: string; readonly message: string }[] | undefined;
}
