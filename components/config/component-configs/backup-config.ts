import type { Config } from "../config.ts";

/** The backup bucket; undefined without one. */
export function backupBucketConfig({ environment, backup }: Config) {
  if (backup === undefined) return undefined;
  const { kind: _kind, ...settings } = backup;
  return { environment, ...settings };
}
