import { z } from "zod";
import { httpResultSchema } from "./http-stats.ts";
import { PROFILES } from "./profile.ts";
import { sessionsResultSchema } from "./session-pool.ts";

const count = z.int().nonnegative();

/** JSON report of `load`; an incompatible change raises the version. */
export const loadReportSchema = z.strictObject({
  schema: z.literal("spacetime-vr/load"),
  version: z.literal(1),
  target: z.strictObject({ name: z.string(), url: z.string() }),
  /** ISO 8601. */
  startedAt: z.iso.datetime(),
  /** Duration in which requests were sent and sessions were open. */
  seconds: z.number().nonnegative(),
  /** Whether the run was ended early. */
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
  /** The command that ran at the same time (`--through`). */
  through: z
    .strictObject({ command: z.string(), exitCode: z.int().nullable(), seconds: z.number().nonnegative() })
    .optional(),
  findings: z.array(z.strictObject({ tone: z.enum(["warn", "bad"]), text: z.string() })),
  /** The worst tone of the findings. */
  verdict: z.enum(["good", "warn", "bad"]),
});

export type LoadReport = z.infer<typeof loadReportSchema>;

export type Finding = LoadReport["findings"][number];
