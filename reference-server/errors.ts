/** An error response: a status, a code for programs and a message for people. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly string[] | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly problems?: readonly string[];
    } = {},
  ) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.problems = extra.problems;
  }
}

/** A 503 with a Retry-After header. */
export function createUnavailableError(code: string, message: string, retryAfterSeconds = 5): HttpError {
  return new HttpError(503, code, message, { headers: { "Retry-After": String(retryAfterSeconds) } });
}

/** The message of a thrown value. `instanceof Error` does not work here: jest's realm has an Error class of its own. */
export function messageOf(thrown: unknown): string {
  if (
    typeof thrown === "object" &&
    thrown !== null &&
    "message" in thrown &&
    typeof thrown.message === "string"
  ) {
    const { code } = thrown as { readonly code?: unknown };
    return thrown.message === "" && typeof code === "string" ? code : thrown.message;
  }
  return String(thrown);
}
