import { globSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { RULES } from "../../policy/rules/index.ts";

const COMPONENTS = globSync("components/**/*.ts")
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

/** Values of the AWS API that look like constants of the program. */
const AWS_VALUES = ["REJECT"];

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

/** The identifiers in a remediation that `source` does not declare. */
function missingIdentifiers(remediation: string, source: string): string[] {
  const functions = matches(remediation, /\b([a-z]\w*)\(/gi).filter(
    (name) => !new RegExp(`^export (async )?function ${name}\\b`, "m").test(source),
  );
  const components = matches(remediation, /\b([A-Z]\w+) component\b/g).filter(
    (name) => !new RegExp(`^export class ${name}\\b`, "m").test(source),
  );
  // Words of up to three letters are acronyms such as TLS.
  const constants = matches(remediation, /\b([A-Z][A-Z0-9_]{3,})\b/g).filter(
    (name) => !AWS_VALUES.includes(name) && !new RegExp(`\\b${name}\\b`).test(source),
  );
  return [...functions, ...components, ...constants];
}

test.each(RULES)("every identifier in the remediation of $name exists in components/", ({ remediation }) => {
  expect(missingIdentifiers(remediation, COMPONENTS)).toEqual([]);
});

test("a function, a component and a constant that do not exist are found", () => {
  const remediation = "Use renamed(scaling) of the Renamed component, as RENAMED_CONTEXT and KEPT do.";
  expect(missingIdentifiers(remediation, "const KEPT = renamed();")).toEqual([
    "renamed",
    "Renamed",
    "RENAMED_CONTEXT",
  ]);
});
