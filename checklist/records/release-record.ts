import { z } from "zod";
import { staticCheckNames } from "../check-names.ts";

/** Relative to the directory of the stack files; what the release commands found about the release to be deployed. */
export const RELEASE_RECORD = ".spacetime-vr/release.json";

const releaseCheckNames = staticCheckNames.filter((name) => name.startsWith("release/"));

/** The checked properties of a release, bound to its payload by the digest. */
export const releaseRecordSchema = z.strictObject({
  version: z.literal(1),
  release: z.string().min(1),
  /** SHA-256 of the payload. */
  payloadDigest: z.string().regex(/^[0-9a-f]{64}$/),
  checkedAt: z.iso.datetime(),
  checks: z.array(
    z.strictObject({
      name: z.enum(releaseCheckNames as [string, ...string[]]),
      finding: z.string().optional(),
      /** How many things were checked. */
      subjects: z.int().nonnegative(),
      problems: z.array(z.string()),
      recorded: z.string().optional(),
    }),
  ),
});

export type ReleaseRecord = z.infer<typeof releaseRecordSchema>;
