import type { Environment } from "../shared/environments.ts";

/** What is shipped apart: everything, and the record of who did what, which is kept longer. */
export const LOG_STREAMS = ["app", "audit"] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

/** The CloudWatch log group of a stream. */
export function logGroupName(environment: Environment, stream: LogStream): string {
  return `/spacetime-vr/${environment}/${stream}`;
}
