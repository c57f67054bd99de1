import { formatProblem, type Problem } from "../../../components/shared/errors.ts";

/** 1: done and not good. 2: asked wrongly. 3: a tool or a service is missing. */
export type ExitCode = 1 | 2 | 3;

/** An operation that was refused or failed, with what to do about it. */
export class DeploymentError extends Error {
  readonly exitCode: ExitCode;
  readonly problem: Problem;

  constructor(exitCode: ExitCode, problem: Problem) {
    super(formatProblem(problem));
    this.name = "DeploymentError";
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
