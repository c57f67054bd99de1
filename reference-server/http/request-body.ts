import type { IncomingMessage } from "node:http";
import type { ZodType } from "zod";
import { HttpError } from "../errors.ts";

/** Problems that one answer names; more help nobody. */
const MAX_REPORTED_PROBLEMS = 10;

/**
 * The JSON body of a request, checked.
 * @throws HttpError 413 beyond the limit, 415 for another type, 400 for what is not JSON or not what the route takes.
 */
export async function readBody(
  request: IncomingMessage,
  schema: ZodType,
  maxBytes: number,
): Promise<unknown> {
  const type = request.headers["content-type"] ?? "application/json";
  if (!/^application\/json\b/i.test(type)) {
    throw new HttpError(415, "unsupported_media_type", "Send application/json.");
  }
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new HttpError(400, "invalid_json", "The body is not JSON.");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MAX_REPORTED_PROBLEMS)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  throw new HttpError(400, "invalid_body", "The body is not what this route takes.", { problems });
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = (): HttpError =>
    new HttpError(413, "body_too_large", `The body has more than ${maxBytes} bytes.`, {
      headers: { Connection: "close" },
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else reject(tooLarge());
  });
  request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  request.on("error", () => reject(new HttpError(400, "aborted", "The request ended before its body.")));
  request.on("aborted", () => reject(new HttpError(400, "aborted", "The request ended before its body.")));
  return promise;
}
