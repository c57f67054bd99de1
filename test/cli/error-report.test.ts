import { mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "@jest/globals";
import { CommanderError } from "commander";
import { OutputError, reportError } from "../../cli/error-report.ts";
import { InputError, MissingToolError } from "../../components/shared/errors.ts";
import { OperationError, SupervisorError } from "../../operations/errors.ts";

const problem = { subject: "x", rule: "must be given", remedy: "Give it." };
const input = (subject: string) =>
  new InputError(`${subject} cannot be used:`, [{ subject, rule: "must be given", remedy: "Give it." }]);

describe("error report", () => {
  test("an input error lists what to correct, without a stack trace, with exit code 2", () => {
    expect(reportError(input("gateway.domain"), false)).toEqual({
      exitCode: 2,
      text: "gateway.domain cannot be used:\n  - gateway.domain: must be given. Give it.\n",
    });
  });

  test("a missing tool is named with how to install it, with exit code 3", () => {
    expect(reportError(new MissingToolError("git", "Install it."), false)).toEqual({
      exitCode: 3,
      text: "git not found. Install it.\n",
    });
  });

  test("a failed operation is reported with its own message, with exit code 1", () => {
    expect(reportError(new OperationError(1, [problem], "It does not run:"), false)).toEqual({
      exitCode: 1,
      text: "It does not run:\n  - x: must be given. Give it.\n",
    });
  });

  test.each([1, 2, 3])(
    "an error of the background supervisor is reported with its message and its exit code %d",
    (exitCode) => {
      const text = "The deployment cannot be started here.";
      expect(reportError(new SupervisorError(text, exitCode), false)).toEqual({
        exitCode,
        text: `${text}\n`,
      });
    },
  );

  test("problems of several environments are all listed", () => {
    const { exitCode, text } = reportError(new AggregateError([input("a"), input("b")]), false);
    expect(exitCode).toBe(2);
    expect(text).toMatch(/a cannot be used:.*\n\nb cannot be used:/s);
  });

  test("an unexpected error fits on one screen and mentions --debug, with exit code 1", () => {
    const { exitCode, text } = reportError(new Error("x".repeat(100_000)), false);
    expect(exitCode).toBe(1);
    expect(text.length).toBeLessThan(2500);
    expect(text).toContain("--debug");
    expect(text).not.toContain("    at ");
  });

  test.each([
    [() => readFileSync(tmpdir()), 2, /: is a directory, and a file is needed \(EISDIR\)\. Name a file/],
    [
      () => readFileSync("/no/such/file"),
      2,
      /^\/no\/such\/file: does not exist \(ENOENT\)\. Correct the path/,
    ],
    [() => mkdirSync(process.execPath), 2, /exists already and cannot be used for this/],
    [
      () => writeSync(openSync("/dev/full", "w"), "x"),
      1,
      /^a file: cannot be written: the disk is full.*Free some space/,
    ],
  ])(
    "a system error of a file names the file and the remedy, and is not reported as a fault of the product: %s",
    (act, exitCode, message) => {
      let thrown: unknown;
      try {
        act();
      } catch (error) {
        thrown = error;
      }
      const report = reportError(thrown, false);
      expect(report.text).toMatch(message);
      expect(report.exitCode).toBe(exitCode);
      expect(report.text).not.toContain("Unexpected error");
      expect(report.text.split("\n")).toHaveLength(2);
    },
  );

  test("a system error of a program or a connection stays unexpected: its path is no file of the operator", () => {
    const error = Object.assign(new Error("spawn x ENOENT"), {
      code: "ENOENT",
      syscall: "spawn x",
      path: "x",
    });
    expect(reportError(error, false).text).toContain("Unexpected error");
  });

  test.each([input("a"), new Error("unexpected")])("--debug adds the stack trace", (error) => {
    expect(reportError(error, true).text).toContain("    at ");
  });

  test("an error that commander has printed is not repeated, and a usage error has exit code 2", () => {
    expect(reportError(new CommanderError(1, "commander.unknownOption", "unknown"), false)).toEqual({
      exitCode: 2,
      text: "",
    });
    expect(reportError(new CommanderError(0, "commander.helpDisplayed", "help"), false)).toEqual({
      exitCode: 0,
      text: "",
    });
  });

  test("control and bidirectional characters are escaped", () => {
    const { text } = reportError(
      new InputError("No:", [{ ...problem, value: "a\u202eb\u001b[2J\u009b" }]),
      false,
    );
    expect(text).toBe('No:\n  - x is "a\\u202eb\\u001b[2J\\u009b": must be given. Give it.\n');
    expect(reportError(new Error("\u001b[2Jgone\u2066"), false).text).toContain("\\u001b[2Jgone\\u2066");
  });

  test("a failed write to standard output is one line, without a request to report a bug", () => {
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const { exitCode, text } = reportError(new OutputError(full), false);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^Standard output cannot be written \(ENOSPC\): the result is incomplete\..*\n$/);
  });

  test("a thrown value that is not an Error is reported", () => {
    expect(reportError("thrown text", false)).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("thrown text"),
    });
  });
});
