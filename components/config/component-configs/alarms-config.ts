import type { Config } from "../config.ts";

/** The subscribers of the alarm topic. */
export function alarmTopicConfig({ environment, alarms }: Config) {
  return { environment, emails: alarms?.emails ?? [], endpoints: alarms?.endpoints ?? [] };
}
