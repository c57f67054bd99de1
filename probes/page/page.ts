import { createHash } from "node:crypto";
import { Html, html, NOTHING } from "./html.ts";
import type { Tone } from "./palette.ts";
import { sign } from "./parts.ts";
import { styleSheet } from "./style.ts";

export interface PageOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** What the whole page comes to, in one sentence. */
  readonly verdict: { readonly tone: Tone; readonly text: string };
  /** When the facts were found, ISO 8601. */
  readonly generatedAt: string;
  readonly sections: readonly Html[];
}

const STYLE = styleSheet();

/** Only this very style sheet is in force: no script, no image, no frame, no request to anywhere. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** `2026-03-01T12:00:00.000Z` as `2026-03-01 12:00:00 UTC`; what is no date stands as it is. */
function readableTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A report as one file that needs nothing else: no script, no network, both colour schemes, any width. */
export function renderPage({ title, subtitle, verdict, generatedAt, sections }: PageOptions): string {
  const under = subtitle === undefined ? NOTHING : html`<p class="subtitle">${subtitle}</p>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
${Html.ofStyle(STYLE)}
</head>
<body>
<header>
<h1>${title}</h1>
${under}
<p class="verdict ${verdict.tone}">${sign(verdict.tone)}<span>${verdict.text}</span></p>
</header>
<main>
${sections.map((part) => html`${part}\n`)}</main>
<footer><p>SpaceTime VR, <time datetime="${generatedAt}">${readableTime(generatedAt)}</time></p></footer>
</body>
</html>
`;
  return page.toString();
}
