/** What a run can end with: 1 done and not good, 2 usage or configuration error, 3 a required tool is missing. */
export type ExitCode = 1 | 2 | 3;

/**
 * An error of the test control plane that says what to do about it; `exitCode` is what the command ends
 * with.
 */
export class ControlPlaneError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "ControlPlaneError";
    this.exitCode = exitCode;
  }
}

// jest runs tests in a realm of its own, where an error of Node is no instance of the test's Error: hence
// no instanceof.

/** The system's code of an error (`ENOENT`, `EEXIST`, …), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return textOf(error, "code");
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return textOf(error, "message") ?? String(error);
}

function textOf(error: unknown, key: "code" | "message"): string | undefined {
  if (typeof error !== "object" || error === null || !(key in error)) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}
