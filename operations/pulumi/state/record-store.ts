/** Stores small texts and dependency bundles by key, next to the state. */
export interface RecordStore {
  /** The location, for messages. */
  readonly location: string;
  /** Undefined if the key does not exist. */
  readonly read: (key: string) => Promise<string | undefined>;
  /** Writes atomically. */
  readonly write: (key: string, text: string) => Promise<void>;
  /**
   * Reads all texts below a prefix that ends with a slash, by key, in one call: one call per record would take too
   * long during an incident.
   */
  readonly readAll: (prefix: string) => Promise<ReadonlyMap<string, string>>;
  readonly has: (key: string) => Promise<boolean>;
  /** Uploads a local file. */
  readonly writeFile: (key: string, path: string) => Promise<void>;
  /** Downloads to a local file. */
  readonly readFile: (key: string, path: string) => Promise<void>;
}
