import { z } from "zod";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { bindingSchema } from "../records/signed-record.ts";

const time = z.iso.datetime();

const stepSchema = z.strictObject({
  /** The section of the checklist. */
  section: z.string(),
  title: z.string(),
  status: z.enum(["open", "started", "done", "failed", "skipped"]),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  by: z.string().optional(),
  note: z.string().optional(),
});

const eventSchema = z.strictObject({
  at: time,
  by: z.string(),
  what: z.enum([
    "created",
    "started",
    "done",
    "failed",
    "skipped",
    "note",
    "paused",
    "resumed",
    "rollback",
    "completed",
    "follow-up",
  ]),
  section: z.string().optional(),
  note: z.string().optional(),
});

const followUpSchema = z.strictObject({
  name: z.enum(["hour 1", "hour 4", "hour 24", "week 1"]),
  dueAt: time,
  sections: z.array(z.string()),
  doneAt: time.optional(),
  by: z.string().optional(),
});

/** The state of a deployment day. The file can be moved to another machine. */
export const dayStateSchema = z.strictObject({
  version: z.literal(1),
  environment: z.enum(ENVIRONMENTS),
  binding: bindingSchema,
  status: z.enum(["running", "paused", "completed", "rolled-back"]),
  steps: z.array(stepSchema).min(1),
  followUps: z.array(followUpSchema),
  events: z.array(eventSchema).min(1),
});

export type DayState = z.infer<typeof dayStateSchema>;
export type DayStep = DayState["steps"][number];
export type DayEvent = DayState["events"][number];
export type FollowUp = DayState["followUps"][number];
