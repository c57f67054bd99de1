import { formatProblem, type Problem } from "../../components/shared/errors.ts";

/** The work was asked rightly and could not be done: commands answer it with exit code 1. */
export class OperationError extends Error {
  readonly exitCode = 1;

  constructor(summary: string, problems: readonly Problem[] = []) {
    super([summary, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n"));
    this.name = "OperationError";
  }
}

/** The words of any error: under a test runner the system's errors are those of another realm. */
export function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
