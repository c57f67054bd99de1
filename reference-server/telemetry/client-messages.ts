import { z } from "zod";

/** Further out than this no scene goes, metres; it also keeps a 32-bit float's error under a millimetre per player. */
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

/** What a client may send. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** A client's message, or the reason why it is none. */
export function parseClientMessage(
  text: string,
): { readonly message: ClientMessage } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "The message is not JSON." };
  }
  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join(".") || "type"}: ${issue?.message ?? "is not valid"}` };
}
