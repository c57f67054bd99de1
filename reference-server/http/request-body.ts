import type { IncomingMessage } from "node:http";
import type { ZodType } from "zod";
import { HttpError } from "../errors.ts";
import { parseUntrustedJson } from "../untrusted-json.ts";

/** Largest number of problems in one response. */
const MAX_REPORTED_PROBLEMS = 10;

/**
 * Reads and validates the JSON body of a request.
 * @throws HttpError 413 beyond the size limit, 415 for another content type, 400 for invalid JSON, text that is not UTF-8, too deep nesting or a schema violation.
 */
export async function readBody(
  request: IncomingMessage,
  schema: ZodType,
  maxBytes: number,
): Promise<unknown> {
  const type = request.headers["content-type"] ?? "application/json";
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new HttpError(415, "unsupported_media_type", "The Content-Type must be application/json.");
  }
  const bytes = await readBytes(request, maxBytes);
  const json = parseUntrustedJson(bytes.length === 0 ? "{}" : bytes);
  if ("problem" in json) throw new HttpError(400, "invalid_json", `The body ${json.problem}.`);
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MAX_REPORTED_PROBLEMS)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  throw new HttpError(400, "invalid_body", "The body does not match the schema of this route.", { problems });
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): HttpError =>
    new HttpError(413, "body_too_large", `The body exceeds ${maxBytes} bytes.`, {
      headers: { Connection: "close" },
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else reject(tooLarge());
  });
  request.on("end", () => resolve(Buffer.concat(chunks)));
  request.on("error", () =>
    reject(new HttpError(400, "aborted", "The request ended before its body was complete.")),
  );
  request.on("aborted", () =>
    reject(new HttpError(400, "aborted", "The request ended before its body was complete.")),
  );
  return promise;
}
