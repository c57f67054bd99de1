import { FRAME_RATE, HTTP, SERVER } from "../../components/monitoring/rules/thresholds.ts";
import type { Timing } from "../types.ts";

/** A condition that ends the deployment with a rollback, and when it is checked. */
export interface RollbackTrigger {
  readonly condition: string;
  readonly timings: readonly Timing[];
}

/** The rollback must be verified within five minutes of the decision (seed 003). */
export const ROLLBACK_MINUTES = 5;

/** The thresholds are those of the alerts, so that the run and the alerts agree. */
export const ROLLBACK_TRIGGERS: readonly RollbackTrigger[] = [
  { condition: "The update fails, and a second attempt too", timings: ["deployment"] },
  { condition: "The database migration fails, or player data differs after it", timings: ["deployment"] },
  { condition: "A smoke test fails for more than five minutes", timings: ["deployment"] },
  { condition: "Fewer than eight of the ten verification checks pass", timings: ["half-hour-after"] },
  {
    condition: `More than ${HTTP.errorsHigh * 100} % of requests fail for five minutes`,
    timings: ["deployment", "half-hour-after", "first-hour"],
  },
  {
    condition: `The frame rate of a server is below ${FRAME_RATE.critical} Hz for five minutes`,
    timings: ["half-hour-after", "first-hour"],
  },
  {
    condition: `A server uses more than ${SERVER.memoryTargetBytes / 1e6} MB and keeps growing`,
    timings: ["half-hour-after", "first-hour", "fourth-hour"],
  },
];

/** The triggers of one time. */
export function triggersAt(timing: Timing): readonly string[] {
  return ROLLBACK_TRIGGERS.filter(({ timings }) => timings.includes(timing)).map(
    ({ condition }) => condition,
  );
}
