import type { IncomingMessage } from "node:http";
import type { ZodType } from "zod";
import { HttpError } from "../errors.ts";

/** Largest number of problems in one response. */
const MAX_REPORTED_PROBLEMS = 10;

/**
 * Reads and validates the JSON body of a request.
 * @throws HttpError 413 beyond the size limit, 415 for another content type, 400 for invalid JSON or a schema violation.
 */
export async function readBody(
  request: IncomingMessage,
  schema: ZodType,
  maxBytes: number,
): Promise<unknown> {
  const type = request.headers["content-type"] ?? "application/json";
  if (!/^application\/json\b/i.test(type)) {
    throw new HttpError(415, "unsupported_media_type", "The Content-Type must be application/json.");
  }
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new HttpError(400, "invalid_json", "The body is not valid JSON.");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MAX_REPORTED_PROBLEMS)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  throw new HttpError(400, "invalid_body", "The body does not match the schema of this route.", { problems });
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = (): HttpError =>
    new HttpError(413, "body_too_large", `The body exceeds ${maxBytes} bytes.`, {
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
  request.on("error", () =>
    reject(new HttpError(400, "aborted", "The request ended before its body was complete.")),
  );
  request.on("aborted", () =>
    reject(new HttpError(400, "aborted", "The request ended before its body was complete.")),
  );
  return promise;
}
