import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { html, type PageOptions, renderPage, section, table } from "../../../probes/html/index.ts";

const OPTIONS: PageOptions = {
  title: "System health",
  verdict: { tone: "bad", text: "2 of 34 checks fail." },
  generatedAt: "2026-03-01T12:00:00.000Z",
  sections: [section("Checks", table({ columns: [{ title: "Check" }], rows: [["health"]] }))],
};

describe("a report is one self-contained file", () => {
  const page = renderPage(OPTIONS);

  test("it has no external reference and no script", () => {
    expect(page).not.toMatch(/\b(https?:)?\/\/|url\(|@import|src=|href=|<script|\son\w+=/i);
  });

  test("its Content-Security-Policy allows only its own style sheet", () => {
    const style = page.match(/<style>(.*?)<\/style>/s)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]?.replaceAll("&#39;", "'");
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("it uses no style attribute, which its Content-Security-Policy would block", () => {
    expect(page).not.toMatch(/\sstyle="/);
  });

  test("it is responsive and follows the reader's colour scheme", () => {
    expect(page).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(page).toContain("@media (prefers-color-scheme:dark)");
  });

  test("it has a title, a language, a time and a verdict", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain("<title>System health</title>");
    expect(page).toContain("2026-03-01 12:00:00 UTC");
    expect(page).toContain("2 of 34 checks fail.");
  });

  test("the verdict is shown as a word in addition to its colour", () => {
    expect(page).toMatch(/class="verdict bad">.*<span class="hidden">bad: <\/span>/);
  });

  test("a time that cannot be parsed is shown unchanged", () => {
    expect(renderPage({ ...OPTIONS, generatedAt: "soon" })).toContain(">soon</time>");
  });

  test("a wide table scrolls in its own, keyboard-accessible box", () => {
    expect(page).toContain('<div class="box" role="region" tabindex="0" aria-label="Check">');
  });

  test("an empty table says so across its whole width", () => {
    const none = table({ columns: [{ title: "a" }, { title: "b" }], rows: [], empty: "None failed." });
    expect(none.toString()).toContain('<td class="empty" colspan="2">None failed.</td>');
  });

  test("an empty column is omitted", () => {
    const columns = [{ title: "Check" }, { title: "Measured" }, { title: "Took" }];
    const rows = [
      ["health", "", "3 ms"],
      ["status", "", "4 ms"],
    ];
    const drawn = table({ columns, rows, label: "Checks" }).toString();
    expect(drawn).not.toContain("Measured");
    expect(drawn.match(/<th scope="col"/g)).toHaveLength(2);
    expect(drawn.match(/<td/g)).toHaveLength(2);
  });

  test("sections keep their order", () => {
    const sections = [html`<p>first</p>`, html`<p>second</p>`];
    expect(renderPage({ ...OPTIONS, sections })).toMatch(/first.*second/s);
  });
});
