import { formatProblem, type Problem } from "../components/shared/errors.ts";

/** The work was asked rightly and could not be done: commands answer it with exit code 1. */
export class OperationError extends Error {
  readonly exitCode = 1;

  constructor(summary: string, problems: readonly Problem[] = []) {
    super([summary, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n"));
    this.name = "OperationError";
  }
}

/** What a supervisor in the background could not do: its own words and exit code. */
export class SupervisorError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = "DetachedError";
    this.exitCode = exitCode;
  }
}

/** The words of any error: under a test runner the system's errors are those of another realm. */
export function errorMessage(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
