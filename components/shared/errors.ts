/** One thing wrong with what a person gave: what, which value, against which rule, and what to do about it. */
export interface Problem {
  /** The thing at fault: a config path (`gateway.domain`), a file, a command argument. */
  readonly subject: string;
  /** The offending value as text; absent when it is missing or must not be shown. */
  readonly value?: string;
  /** The rule it breaks, as the end of a sentence: "must be a port between 1 and 65535". */
  readonly rule: string;
  /** What to do, as a sentence of its own. */
  readonly remedy: string;
}

/** Values longer than this are cut in messages, so that an error stays on one screen. */
const MAX_VALUE_LENGTH = 60;

function quoteValue(value: string): string {
  const text = value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
  return JSON.stringify(text);
}

/** Control and bidirectional characters, which make a terminal show something else than stands there. */
const UNSAFE_CHARACTERS = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu;

/** Text as a terminal may show it: what would mislead its reader stands as an escape. */
export function escapeUnsafeCharacters(text: string): string {
  return text.replace(
    UNSAFE_CHARACTERS,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A problem as one line: `subject is "value": it rule. Remedy`. */
export function formatProblem(problem: Problem): string {
  const value = problem.value === undefined ? ":" : ` is ${quoteValue(problem.value)}:`;
  return escapeUnsafeCharacters(`${problem.subject}${value} ${problem.rule}. ${problem.remedy}`);
}

/** Asked wrongly, or the config is invalid: every problem at once; commands answer it with exit code 2. */
export class InputError extends Error {
  readonly exitCode = 2;
  readonly problems: readonly Problem[];

  constructor(summary: string, problems: readonly Problem[]) {
    super([summary, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/** A tool or service that the command needs is missing; commands answer it with exit code 3. */
export class MissingToolError extends Error {
  readonly exitCode = 3;

  constructor(tool: string, remedy: string) {
    super(`${tool} not found. ${remedy}`);
    this.name = "MissingToolError";
  }
}
