import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { toYaml } from "../../../plan/manifests/yaml.ts";

/** Reads a text as YAML 1.2 and as 1.1, which is what kubectl reads. */
const parseWithBothVersions = (text: string): unknown[] => [parse(text), parse(text, { version: "1.1" })];

describe("YAML output is read unchanged by kubectl", () => {
  test.each([
    ...[
      "yes",
      "No",
      "on",
      "y",
      "n",
      "null",
      "~",
      "true",
      "",
      " ",
      "-",
      "=",
      "<<",
      "{}",
      "[]",
      "#x",
      "a: b",
      "a #b",
    ],
    ...[
      "1e3",
      "1",
      "0777",
      "0o17",
      "0x1f",
      "1_000",
      "1:30",
      ".5",
      ".inf",
      "2001-01-01",
      "250m",
      "18.6",
      "@x",
      "%x",
    ],
    ...[
      "trailing ",
      "colon:",
      "tab\there",
      "carriage\r\nreturn",
      "\ufeffmark",
      "next\u0085line",
      "line\u2028end",
      "é",
      "😀",
    ],
    ...[
      "a\nb",
      "a\nb\n",
      "a\nb\n\n\n",
      "\n",
      "\n\n a",
      " a\nb",
      "a  \nb \n",
      "a\n  \nb",
      "a\n\t",
      "a\r\nb\r\n",
      "#!/bin/sh\nx",
    ],
  ])("the string %j is unchanged", (text) => {
    for (const read of parseWithBothVersions(toYaml({ value: text, list: [text], [text]: 1 }))) {
      expect(read).toEqual({ value: text, list: [text], [text]: 1 });
    }
  });

  test("any value is unchanged", () => {
    const pieces = [
      "\n",
      " ",
      "\t",
      "a",
      ":",
      "#",
      "-",
      "'",
      '"',
      "1",
      "e",
      "0",
      "x",
      ".",
      "|",
      ">",
      "\r",
      "~",
      "_",
      "\\",
    ];
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(...pieces) }));
    const key = text.filter((name) => name !== "__proto__");
    const leaf = fc.oneof(text, fc.boolean(), fc.integer(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), fc.dictionary(key, tie("value"))),
    }));
    const once = (made: unknown): unknown => JSON.parse(JSON.stringify(made));
    fc.assert(
      fc.property(value, (made) => {
        for (const read of parseWithBothVersions(toYaml(once(made)))) expect(once(read)).toEqual(once(made));
      }),
      { numRuns: 200 },
    );
  });
});

test("a file in a ConfigMap is a readable block scalar, including trailing blanks", () => {
  expect(toYaml({ "nginx.conf": "events {}  \nhttp {\n  a b;\n}\n" })).toBe(
    "nginx.conf: |\n  events {}  \n  http {\n    a b;\n  }\n",
  );
});

test("a long line is not folded", () => {
  const line = "word ".repeat(100).trim();
  expect(toYaml({ line })).toBe(`line: ${line}\n`);
});
