import { z } from "zod";

const suite = z.strictObject({
  /** Relative to the repository. */
  file: z.string(),
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});

/** Relative to the directory of the stack files; written by `.ci/run`, and not committed. */
export const GATE_RECORD = ".spacetime-vr/gate.json";

/** The results of the gate on one commit. */
export const gateRecordSchema = z.strictObject({
  version: z.literal(1),
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** Whether the work tree had changes that are not in the commit. */
  dirty: z.boolean(),
  finishedAt: z.iso.datetime(),
  /** `npm run check` */
  check: z.strictObject({ passed: z.int().nonnegative(), failed: z.int().nonnegative() }),
  /** The test files of `npm test` and `npm run e2e`. */
  suites: z.array(suite),
});

export type GateRecord = z.infer<typeof gateRecordSchema>;
