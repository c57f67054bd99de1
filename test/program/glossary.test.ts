import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import ts from "typescript";

/** Replaced words with the term to use; only words without another, ordinary meaning. */
const REPLACEMENTS: readonly (readonly [pattern: RegExp, term: string])[] = [
  [/\bwhoever\b/i, "operator, client or caller"],
  [/\bsomebody\b/i, "operator, client or caller"],
  [/\bnobody\b/i, "no operator, no client, no caller"],
  [/\bentrances?\b/i, "gateway, gateway port or ingress"],
  [/\bswitchboard\b/i, "TCP proxy"],
  [/\basked wrongly\b/i, "usage or configuration error"],
  [/\bof then\b/i, "previous, at that revision"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bsmuggled\b/i, "injected"],
  [/\banew\b/i, "again"],
  [/\bgo(es)? on without\b/i, "continues, is skipped"],
  [/\bin passing\b/i, "accidentally"],
  [/\bcross rules?\b/i, "cross-field validation"],
  [/\bknown only after the deployment\b/i, "unknown until apply"],
  [/\bthe engine's words?\b/i, "Pulumi output"],
];

const PRODUCT =
  /^(bootstrap|checklist|cli|components|operations|plan|policy|probes|reference-server)\/.*\.ts$|^index\.ts$/;
const DOCUMENTATION = /^(docs\/.*|README|CONTRIBUTING)(\.md)?$/;

const files = execFileSync("git", ["ls-files", "*.ts", "*.md"], { encoding: "utf8" }).trim().split("\n");

/** The user-visible texts of a program: its string and template literals, with their line. */
function stringLiterals(file: string): { text: string; line: number }[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: { text: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      found.push({
        text: node.text,
        line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  // Single words are skipped, because they are identifiers such as keys and kinds.
  return found.filter(({ text }) => text.includes(" "));
}

function violations(where: string, text: string): string[] {
  return REPLACEMENTS.filter(([pattern]) => pattern.test(text)).map(
    ([pattern, term]) => `${where}: "${pattern.exec(text)?.[0]}" (say: ${term})`,
  );
}

test("the documentation uses the field's terms", () => {
  const found = files
    .filter((file) => DOCUMENTATION.test(file))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((text, index) => violations(`${file}:${index + 1}`, text)),
    );
  expect(found).toEqual([]);
});

test("messages, help texts and reports use the field's terms", () => {
  const found = files
    .filter((file) => PRODUCT.test(file))
    .flatMap((file) => stringLiterals(file).flatMap(({ text, line }) => violations(`${file}:${line}`, text)));
  expect(found).toEqual([]);
});

test("a text with a replaced word is found", () => {
  expect(violations("here", "Exit codes: 2 asked wrongly")).toEqual([
    'here: "asked wrongly" (say: usage or configuration error)',
  ]);
});
