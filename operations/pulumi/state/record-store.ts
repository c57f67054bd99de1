/** A place for records beside the state: small texts and the dependency bundles, by key. */
export interface RecordStore {
  /** Where it is, for messages. */
  readonly location: string;
  /** Undefined when there is nothing under the key. */
  readonly read: (key: string) => Promise<string | undefined>;
  /** Writes whole or not at all. */
  readonly write: (key: string, text: string) => Promise<void>;
  /** The texts below a prefix that ends with a slash, by key: one call, because an incident has no time for one per record. */
  readonly readAll: (prefix: string) => Promise<ReadonlyMap<string, string>>;
  readonly has: (key: string) => Promise<boolean>;
  /** Copies a file of this machine there. */
  readonly writeFile: (key: string, path: string) => Promise<void>;
  /** Copies one from there. */
  readonly readFile: (key: string, path: string) => Promise<void>;
}
