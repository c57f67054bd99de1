import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { html, type PageOptions, renderPage, section, table } from "../../../probes/html/index.ts";

const OPTIONS: PageOptions = {
  title: "System health",
  verdict: { tone: "bad", text: "2 of 34 checks fail." },
  generatedAt: "2026-03-01T12:00:00.000Z",
  sections: [section("Checks", table({ columns: [{ title: "Check" }], rows: [["health"]] }))],
};

describe("a report is one file that needs nothing else", () => {
  const page = renderPage(OPTIONS);

  test("it refers to no address and carries no script", () => {
    expect(page).not.toMatch(/\b(https?:)?\/\/|url\(|@import|src=|href=|<script|\son\w+=/i);
  });

  test("its policy admits exactly its own style sheet, and nothing else at all", () => {
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

  test("no part of it needs a style attribute, which that policy would switch off", () => {
    expect(page).not.toMatch(/\sstyle="/);
  });

  test("it fits a phone and follows the reader's colour scheme", () => {
    expect(page).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(page).toContain("@media (prefers-color-scheme:dark)");
  });

  test("it says what it is, in which language, when it was true, and what it comes to", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain("<title>System health</title>");
    expect(page).toContain("2026-03-01 12:00:00 UTC");
    expect(page).toContain("2 of 34 checks fail.");
  });

  test("the verdict has a word beside its colour for those who see none", () => {
    expect(page).toMatch(/class="verdict bad">.*<span class="hidden">bad: <\/span>/);
  });

  test("a time that cannot be read stands as it is", () => {
    expect(renderPage({ ...OPTIONS, generatedAt: "soon" })).toContain(">soon</time>");
  });

  test("a table scrolls in a box of its own, which a keyboard reaches", () => {
    expect(page).toContain('<div class="box" role="region" tabindex="0" aria-label="Check">');
  });

  test("an empty table says so over its whole width", () => {
    const none = table({ columns: [{ title: "a" }, { title: "b" }], rows: [], empty: "None failed." });
    expect(none.toString()).toContain('<td class="empty" colspan="2">None failed.</td>');
  });

  test("a column in which nothing stands leaves its room to the others", () => {
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

  test("parts stand in the order they were given", () => {
    const sections = [html`<p>first</p>`, html`<p>second</p>`];
    expect(renderPage({ ...OPTIONS, sections })).toMatch(/first.*second/s);
  });
});
