import type { Environment } from "../shared/environments.ts";

/** What is shipped apart: everything, and the record of who did what, which is kept longer. */
export const STREAMS = ["app", "audit"] as const;
export type Stream = (typeof STREAMS)[number];

/** The CloudWatch log group of a stream. */
export function logGroupName(environment: Environment, stream: Stream): string {
  return `/spacetime-vr/${environment}/${stream}`;
}
