import { z } from "zod";

/** Relative to the directory of the stack files; written by `checklist scan`, and not committed. */
export const SCAN_RECORD = ".spacetime-vr/security-scan.json";

const count = z.int().nonnegative();

/** One scan: what a tool found in a subject, or why it found out nothing. */
export const scanResultSchema = z.discriminatedUnion("status", [
  z.strictObject({
    kind: z.enum(["dependencies", "image"]),
    /** The lockfile, or the reference of an image. */
    subject: z.string(),
    status: z.literal("scanned"),
    scanner: z.string(),
    /** Known vulnerabilities by severity. */
    counts: z.strictObject({ critical: count, high: count, medium: count, low: count, unknown: count }),
    /** The critical and high ones, such as `CVE-2026-1234 in zod 4.6.7`. */
    findings: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.enum(["dependencies", "image"]),
    subject: z.string(),
    status: z.literal("unproven"),
    reason: z.string(),
  }),
]);

export type ScanResult = z.infer<typeof scanResultSchema>;

/** The results of the last `checklist scan` on this machine. */
export const scanRecordSchema = z.strictObject({
  version: z.literal(1),
  scannedAt: z.iso.datetime(),
  /** SHA-256 of package-lock.json. */
  lockfile: z.string().regex(/^[0-9a-f]{64}$/),
  results: z.array(scanResultSchema),
});

export type ScanRecord = z.infer<typeof scanRecordSchema>;
