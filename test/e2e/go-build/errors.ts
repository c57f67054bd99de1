/** Exit codes: 1 the operation failed, 2 usage or configuration error, 3 a required tool is missing. */
export type ExitCode = 1 | 2 | 3;

/** An error with a remedy and the exit code of the command. */
export class TestToolError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "TestToolError";
    this.exitCode = exitCode;
  }
}

// Not instanceof, because under jest an error of Node belongs to another realm than the test's Error.

/** The system error code (`ENOENT`, `EEXIST`, …), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return textOf(error, "code");
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return textOf(error, "message") ?? String(error);
}

function textOf(error: unknown, key: "code" | "message"): string | undefined {
  if (typeof error !== "object" || error === null || !(key in error)) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}
