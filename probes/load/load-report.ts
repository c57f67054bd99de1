import { z } from "zod";
import { httpResultSchema } from "./http-stats.ts";
import { PROFILES } from "./profile.ts";
import { sessionsResultSchema } from "./session-pool.ts";

const count = z.int().nonnegative();

/** The result of `load` as JSON. A change that an old reader would misread raises the version. */
export const loadReportSchema = z.strictObject({
  schema: z.literal("spacetime-vr/load"),
  version: z.literal(1),
  target: z.strictObject({ name: z.string(), url: z.string() }),
  /** ISO 8601. */
  startedAt: z.iso.datetime(),
  /** How long requests were made and sessions held. */
  seconds: z.number().nonnegative(),
  /** Whether it was ended early. */
  interrupted: z.boolean(),
  profile: z.strictObject({
    name: z.enum(PROFILES),
    seconds: z.number().positive(),
    rate: z.number().nonnegative(),
    connections: count,
    sessions: count,
  }),
  paths: z.array(z.string()),
  http: httpResultSchema.optional(),
  sessions: sessionsResultSchema.optional(),
  /** The command that ran meanwhile. */
  through: z
    .strictObject({ command: z.string(), exitCode: z.int().nullable(), seconds: z.number().nonnegative() })
    .optional(),
  findings: z.array(z.strictObject({ tone: z.enum(["warn", "bad"]), text: z.string() })),
  /** `bad` where a finding is. */
  verdict: z.enum(["good", "warn", "bad"]),
});

export type LoadReport = z.infer<typeof loadReportSchema>;

export type Finding = LoadReport["findings"][number];
