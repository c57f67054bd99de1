import { createHash } from "node:crypto";
import { toneIcon } from "./components.ts";
import { EMPTY_HTML, Html, html } from "./html-template.ts";
import type { Tone } from "./palette.ts";
import { renderStyleSheet } from "./style-sheet.ts";

export interface PageOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** Summary of the page in one sentence. */
  readonly verdict: { readonly tone: Tone; readonly text: string };
  /** Time of the measurement, ISO 8601. */
  readonly generatedAt: string;
  readonly sections: readonly Html[];
}

const STYLE_SHEET = renderStyleSheet();

/** Allows only this style sheet: no scripts, images, frames or network requests. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE_SHEET).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Formats `2026-03-01T12:00:00.000Z` as `2026-03-01 12:00:00 UTC`; invalid dates are returned unchanged. */
function formatUtcTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Renders a report as a self-contained page without scripts, for both colour schemes and any width. */
export function renderPage({ title, subtitle, verdict, generatedAt, sections }: PageOptions): string {
  const subtitleMarkup = subtitle === undefined ? EMPTY_HTML : html`<p class="subtitle">${subtitle}</p>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
${Html.ofStyle(STYLE_SHEET)}
</head>
<body>
<header>
<h1>${title}</h1>
${subtitleMarkup}
<p class="verdict ${verdict.tone}">${toneIcon(verdict.tone)}<span>${verdict.text}</span></p>
</header>
<main>
${sections.map((part) => html`${part}\n`)}</main>
<footer><p>SpaceTime VR, <time datetime="${generatedAt}">${formatUtcTime(generatedAt)}</time></p></footer>
</body>
</html>
`;
  return page.toString();
}
