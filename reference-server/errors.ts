/** An answer other than success, with the code that clients branch on and a sentence for people. */
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

/** 503 with the seconds after which another try makes sense. */
export function createUnavailableError(code: string, message: string, retryAfterSeconds = 5): HttpError {
  return new HttpError(503, code, message, { headers: { "Retry-After": String(retryAfterSeconds) } });
}

/** The message of whatever was thrown; libraries throw more than errors, and jest's realm has its own Error. */
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
