import { z } from "zod";
import { parseUntrustedJson } from "../untrusted-json.ts";

/** Larger than any scene, in metres; it also bounds the rounding error of 32-bit floats. */
const MAX_COORDINATE = 100_000;

const coordinate = z.number().min(-MAX_COORDINATE).max(MAX_COORDINATE);
const quaternionComponent = z.number().min(-1.001).max(1.001);

/** x, y, z in metres. */
export const positionSchema = z.tuple([coordinate, coordinate, coordinate]);

const clientMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("pose"),
    position: positionSchema,
    rotation: z.tuple([quaternionComponent, quaternionComponent, quaternionComponent, quaternionComponent]),
  }),
  z.strictObject({ type: z.literal("resume"), hand_over_token: z.string().min(1).max(2048) }),
  z.strictObject({ type: z.literal("format"), format: z.enum(["binary", "json"]) }),
]);

/** A message from a client. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Parses a client message, or returns why it is invalid. */
export function parseClientMessage(
  text: string,
): { readonly message: ClientMessage } | { readonly problem: string } {
  const json = parseUntrustedJson(text);
  if ("problem" in json) return { problem: `The message ${json.problem}.` };
  const parsed = clientMessageSchema.safeParse(json.value);
  if (parsed.success) return { message: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join(".") || "type"}: ${issue?.message ?? "is not valid"}` };
}
