import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  badge,
  type Html,
  html,
  paragraphs,
  renderHistogram,
  renderLinePlot,
  renderPage,
  renderSparkline,
  section,
  statList,
  table,
} from "../../../probes/html/index.ts";

/** A page with the same text in every place that accepts text. */
function pageOf(text: string): string {
  const sections: Html[] = [
    section(text, [badge("bad", text), paragraphs(text)]),
    table({
      columns: [{ title: text }, { title: text, kind: "long" }],
      rows: [
        [text, text],
        ["x", "x"],
      ],
      label: text,
    }),
    table({ columns: [{ title: text }], rows: [], empty: text }),
    statList([{ label: text, value: text, unit: text, note: { tone: "good", text } }]),
    html`<p title="${text}">${renderSparkline([1, 2], text)}${renderSparkline([], text)}</p>`,
    renderLinePlot({
      title: text,
      unit: text,
      series: ["a", "b"].map((name) => ({ name: name + text, points: [[0, 1] as const, [1, 2] as const] })),
      thresholds: [{ value: 1, text }],
    }),
    renderHistogram({ title: text, unit: text, values: [1, 2, 3], thresholds: [{ value: 2, text }] }),
  ];
  const verdict = { tone: "neutral", text } as const;
  return renderPage({ title: text, subtitle: text, verdict, generatedAt: text, sections });
}

/** The tags of a page with their attribute names, without values and texts. */
function skeleton(page: string): string[] {
  return (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "</style><script>alert(1)</script>",
  '" onload="alert(1)',
  "' onmouseover='alert(1)",
  "<!--",
  "]]><svg/onload=alert(1)>",
  "&lt;script&gt;",
  "`alert(1)`",
  "</title><img src=x>",
];

describe("values are escaped on an HTML page", () => {
  const harmless = skeleton(pageOf("harmless"));

  test.each(HOSTILE)("%s adds no element and no attribute", (text) => {
    expect(skeleton(pageOf(text))).toEqual(harmless);
  });

  test("no text produces markup", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.mixedCase(fc.constantFrom(...HOSTILE)));
    fc.assert(
      fc.property(text, (value) => {
        expect(skeleton(pageOf(value))).toEqual(harmless);
      }),
    );
  });

  test("an object that looks like a markup value is escaped as text", () => {
    const forged = { toString: () => "<b>forged</b>" } as unknown as string;
    expect(html`${forged}`.toString()).toBe("&lt;b&gt;forged&lt;/b&gt;");
  });

  test("an HTML entity in a value is shown literally", () => {
    expect(html`${"&lt;"}`.toString()).toBe("&amp;lt;");
  });

  test("bidirectional control characters are shown as escapes", () => {
    expect(html`${"safe\u202Egpj.exe"}`.toString()).toBe("safe\\u202egpj.exe");
  });
});
