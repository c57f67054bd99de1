/** A place for records beside the state: small texts and the dependency bundles, by key. */
export interface RecordStore {
  /** Where it is, for messages. */
  readonly place: string;
  /** Undefined when there is nothing under the key. */
  readonly read: (key: string) => Promise<string | undefined>;
  /** Writes whole or not at all. */
  readonly write: (key: string, text: string) => Promise<void>;
  /** The keys below a prefix that ends with a slash. */
  readonly list: (prefix: string) => Promise<readonly string[]>;
  readonly has: (key: string) => Promise<boolean>;
  /** Copies a file of this machine there. */
  readonly writeFile: (key: string, path: string) => Promise<void>;
  /** Copies one from there. */
  readonly readFile: (key: string, path: string) => Promise<void>;
}
