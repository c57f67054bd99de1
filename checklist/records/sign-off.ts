import { z } from "zod";
import { bindingSchema, signedFields } from "./signed-record.ts";

/** The file of a sign-off in `records/<environment>/sign-offs/`, which is signed with the person's SSH key. */
export const signOffSchema = z.strictObject({
  ...signedFields,
  kind: z.literal("sign-off"),
  binding: bindingSchema,
  /** What the person saw; the item says what is required. */
  evidence: z.string().trim().min(3).max(2000),
  /** One of the item's choices. */
  choice: z.string().optional(),
});

/** A person's confirmation of an item for one release. */
export type SignOff = z.infer<typeof signOffSchema>;
