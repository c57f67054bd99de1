import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../components/config/load-config.ts";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { formatProblem, InputError } from "../../../components/shared/errors.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The problems of a staging file with this content. */
function problemsOf(content: string): string[] {
  writeFileSync(join(directory, "Pulumi.staging.yaml"), content);
  try {
    readStackFile(directory, "staging");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(formatProblem);
  }
  return [];
}

describe("an ambiguous, leaking or maliciously nested stack file is rejected", () => {
  test.each([
    ["an alias inside its own anchor", "  spacetime-vr:cluster: &c\n    kind: *c\n", "3:11"],
    ["a key that would modify a prototype", "  spacetime-vr:cluster:\n    __proto__: {}\n", "3:5"],
    ["a list as a key", "  ? [hunter2, b]\n  : c\n", "2:5"],
    ["a mapping as a key", "  {hunter2: b}: c\n", "2:3"],
    ["an octal number", "  spacetime-vr:cluster: { zones: 017 }\n", "2:34"],
    ["a hexadecimal number", "  spacetime-vr:cluster: { zones: 0x10 }\n", "2:34"],
    ["an octal number of YAML 1.2", "  spacetime-vr:cluster: { zones: 0o17 }\n", "2:34"],
    ["a number with an exponent", "  spacetime-vr:cluster: { zones: 1e2 }\n", "2:34"],
    ["a binary number", "  spacetime-vr:cluster: { zones: 0b11 }\n", "2:34"],
    ["a number with underscores", "  spacetime-vr:cluster: { zones: 1_0 }\n", "2:34"],
    [
      "a version that is a number and would lose its last digit",
      "  spacetime-vr:cluster: { version: 1.30 }\n",
      "2:36",
    ],
    ["a number that is not finite", "  spacetime-vr:cluster: { zones: .nan }\n", "2:34"],
    ["an integer that a float cannot hold", "  spacetime-vr:cluster: { zones: 9007199254740993 }\n", "2:34"],
    ["an unquoted time", "  spacetime-vr:cluster: { version: 2026-12-01T08:00:00Z }\n", "2:36"],
    ["an unquoted date", "  spacetime-vr:cluster: { version: 2026-12-01 }\n", "2:36"],
    ["a value with an explicit type", "  spacetime-vr:cluster: { version: !!binary aGk= }\n", "2:45"],
    ["a typed collection", "  spacetime-vr:cluster: !!set { a }\n", "2:31"],
    ["a quoted merge key", "  spacetime-vr:cluster: { '<<': { a: b } }\n", "2:27"],
    ["a merge key without a mapping", "  spacetime-vr:cluster: { <<: 1 }\n", "2:27"],
    ["a repeated merge key", "  spacetime-vr:cluster: { <<: { a: b }, <<: { c: d } }\n", "2:41"],
    ["an empty key", "  spacetime-vr:cluster: { : b }\n", "2:26"],
    ["a key after a question mark", "  ? spacetime-vr:cluster\n  : b\n", "2:5"],
    ["a block with its own indentation", "  spacetime-vr:cluster: |3\n     a\n", "2:25"],
    ["an escaped line break", '  spacetime-vr:cluster: "a\\\n    b"\n', "2:25"],
    ["a list entry that starts with a colon", "  spacetime-vr:cluster: [:b]\n", "2:26"],
    ["a number as a key", "  spacetime-vr:cluster: { 017: x }\n", "2:27"],
  ])("when it contains %s, with line and column", (_what, content, place) => {
    const found = problemsOf(`config:\n${content}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^Pulumi.staging.yaml:${place}(:| )`));
    expect(found[0]).not.toContain("hunter2");
  });

  test("when the whole config is an alias of itself", () => {
    expect(problemsOf("config: &c\n  spacetime-vr:cluster: *c\n")[0]).toContain(
      "is an alias inside its own anchor",
    );
  });

  test("within seconds when it has many aliases without anchors", () => {
    const found = problemsOf(`config: [${"*a,".repeat(300_000)}]\n`);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe("and 299980 more: are not shown. Correct these first.");
  });

  test("within seconds when it has tens of thousands of keys", () => {
    const keys = Array.from({ length: 40_000 }, (_, index) => `  spacetime-vr:${index}: 1\n`);
    writeFileSync(join(directory, "Pulumi.staging.yaml"), `config:\n${keys.join("")}`);
    expect(() => parseConfig(readStackFile(directory, "staging"))).toThrow("is not a known key");
  });

  test.each([
    ["a line separator", "\u2028"],
    ["a paragraph separator", "\u2029"],
    ["a next-line character", "\u0085"],
    ["a lone carriage return", "\r"],
    ["a control character", "\u0007"],
  ])("when %s could hide keys in a comment that Pulumi reads", (_what, character) => {
    const [first, ...others] = problemsOf(`config:\n  # players enter here${character}  spacetime-vr:a: 1\n`);
    expect(others).toEqual([]);
    expect(first).toMatch(/^Pulumi\.staging\.yaml:2: contains the character U\+/);
  });

  test("when a directive selects another version of YAML", () => {
    expect(problemsOf("%YAML 1.1\n---\nconfig: {}\n")).toEqual([
      expect.stringMatching(/^Pulumi\.staging\.yaml:1:1: starts with a directive/),
    ]);
  });

  test("when a key is written in the old spelling too, because Pulumi would take one at random", () => {
    expect(problemsOf("config:\n  spacetime-vr:logs: 1\n  spacetime-vr:config:logs: 2\n")).toEqual([
      "spacetime-vr:config:logs in Pulumi.staging.yaml: is another spelling of spacetime-vr:logs. Remove one of them.",
    ]);
  });

  test("when a key is repeated, with the place of the repetition", () => {
    const found = problemsOf("config:\n  spacetime-vr:cluster: 1\n  spacetime-vr:cluster: 2\n");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("Pulumi.staging.yaml:3:3");
    expect(found[0]).toContain("repeats a key");
  });

  test("when brackets are nested too deeply for the parser", () => {
    expect(problemsOf(`config: ${"[".repeat(200_000)}`)[0]).toContain("is nested too deeply");
  });

  test.each(["hunter2", "[hunter2]", "{ a: hunter2 }", "12345678", "v1:hunter2"])(
    "when an encrypted value is not Pulumi ciphertext, without showing it: %s",
    (text) => {
      expect(problemsOf(`config:\n  spacetime-vr:smtpPassword:\n    secure: ${text}\n`)).toEqual([
        "spacetime-vr:smtpPassword in Pulumi.staging.yaml: must have a value encrypted by Pulumi after `secure:`. If the value is a credential in plaintext, rotate it. Then run: pulumi config set --secret spacetime-vr:smtpPassword",
      ]);
    },
  );

  test("when a token is used as a key, reported by position", () => {
    expect(problemsOf("config:\n  x:y: 1\n  ghp_hunter2hunter2: 1\nghp_hunter2: 1\n")).toEqual([
      "key 2 of Pulumi.staging.yaml: is not a known key of a stack file. Move it under config, or remove it.",
      "key 2 of config in Pulumi.staging.yaml: must have a namespace. Prefix it with spacetime-vr:, or remove it.",
    ]);
  });
});
