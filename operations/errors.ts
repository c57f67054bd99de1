import { formatProblem, type Problem } from "../components/shared/errors.ts";

/** 1: the operation failed or its result did not pass. 2: usage or configuration error. 3: a required tool or service is missing. */
export type ExitCode = 1 | 2 | 3;

/** An operation that was rejected or failed: each problem with its remedy. */
export class OperationError extends Error {
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];

  /** @param heading stands above the list of problems; one problem needs none. */
  constructor(exitCode: ExitCode, problems: Problem | readonly Problem[], heading?: string) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    const lines = list.map((problem) => (heading === undefined ? "" : "  - ") + formatProblem(problem));
    super([...(heading === undefined ? [] : [heading]), ...lines].join("\n"));
    this.name = "OperationError";
    this.exitCode = exitCode;
    this.problems = list;
  }
}

/** An error of the background supervisor, with its message and exit code. */
export class SupervisorError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = "SupervisorError";
    this.exitCode = exitCode;
  }
}

/** The message of any error. Not instanceof: under jest, errors of Node belong to another realm. */
export function errorMessage(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
