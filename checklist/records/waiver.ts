import { z } from "zod";
import { PRINCIPAL, signedFields } from "./signed-record.ts";

/** Longest validity of a waiver: a deviation that lasts longer is a decision, and changes the item. */
export const MAX_WAIVER_DAYS = 180;

/** The file of a waiver in `records/<environment>/waivers/`, which is signed with the person's SSH key. */
export const waiverSchema = z.strictObject({
  ...signedFields,
  kind: z.literal("waiver"),
  reason: z.string().trim().min(15).max(2000),
  /** The person who owns the accepted risk. */
  owner: z.string().regex(PRINCIPAL),
  /** The last day on which it is valid, such as 2026-12-31. */
  expires: z.iso.date(),
});

/** An accepted deviation from an item. */
export type Waiver = z.infer<typeof waiverSchema>;
