import type { Environment } from "../shared/environments.ts";

/** The log streams: the logs, and the audit log with its longer retention. */
export const LOG_STREAMS = ["app", "audit"] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

/** The CloudWatch log group of a stream. */
export function logGroupName(environment: Environment, stream: LogStream): string {
  return `/spacetime-vr/${environment}/${stream}`;
}
