/** A problem with user input: the subject, its value, the violated rule and the remedy. */
export interface Problem {
  /** A config path (`gateway.domain`), a file or a command argument. */
  readonly subject: string;
  /** The invalid value; undefined if it is missing or must not be shown. */
  readonly value?: string;
  /** The violated rule, as the end of a sentence: "must be a port from 1 to 65535". */
  readonly rule: string;
  /** What the user should do, as a full sentence. */
  readonly remedy: string;
}

/** Longer values are truncated in messages. */
const MAX_VALUE_LENGTH = 60;

function quoteValue(value: string): string {
  const text = value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
  return JSON.stringify(text);
}

/** Control and bidirectional characters, which can make a terminal display a different text. */
const UNSAFE_CHARACTERS = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu;

/** Escapes characters that are not safe to print to a terminal. */
export function escapeUnsafeCharacters(text: string): string {
  return text.replace(
    UNSAFE_CHARACTERS,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Formats a problem as one line: `subject is "value": rule. Remedy`. */
export function formatProblem(problem: Problem): string {
  const value = problem.value === undefined ? ":" : ` is ${quoteValue(problem.value)}:`;
  return escapeUnsafeCharacters(`${problem.subject}${value} ${problem.rule}. ${problem.remedy}`);
}

/** A usage or configuration error with all its problems; commands exit with code 2. */
export class InputError extends Error {
  readonly exitCode = 2;
  readonly problems: readonly Problem[];

  constructor(summary: string, problems: readonly Problem[]) {
    super([summary, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/** A required tool or service is missing; commands exit with code 3. */
export class MissingToolError extends Error {
  readonly exitCode = 3;

  constructor(tool: string, remedy: string) {
    super(`${tool} not found. ${remedy}`);
    this.name = "MissingToolError";
  }
}
