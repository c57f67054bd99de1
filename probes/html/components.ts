import { EMPTY_HTML, type Html, html, joinHtml } from "./html-template.ts";
import { TONE_LABELS, type Tone } from "./palette.ts";

/** One icon per tone; shapes differ, so that the tone does not depend on colour. */
const TONE_ICONS: Readonly<Record<Tone, Html>> = {
  good: html`<circle cx="8" cy="8" r="7.25"/><path d="M4.75 8.25l2.25 2.25 4.25-4.75"/>`,
  warn: html`<path d="M8 1.5 15 14H1Z"/><path d="M8 6v3.75M8 11.75v.1"/>`,
  bad: html`<path d="M5 .75h6L15.25 5v6L11 15.25H5L.75 11V5Z"/><path d="M5.5 5.5l5 5m0-5-5 5"/>`,
  neutral: html`<circle cx="8" cy="8" r="7.25"/><path d="M5 8h6"/>`,
};

/** Renders the icon of a tone at text size, with a label for screen readers. */
export function toneIcon(tone: Tone): Html {
  return html`<svg class="sign" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${TONE_ICONS[tone]}</svg><span class="hidden">${TONE_LABELS[tone]}: </span>`;
}

/** Renders a short text with the icon and colour of a tone. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${toneIcon(tone)}<span>${text}</span></span>`;
}

/** Renders a section with a heading. */
export function section(title: string, body: Html | readonly Html[]): Html {
  return html`<section><h2>${title}</h2>${body}</section>`;
}

export type Cell = Html | string | number;

export interface Column {
  readonly title: string;
  /** `number`: right-aligned with tabular figures; `long`: text that may break anywhere. Default `text`. */
  readonly kind?: "text" | "number" | "long";
}

export interface TableOptions {
  readonly columns: readonly Column[];
  /** One cell per column; the first cell is the header of its row. */
  readonly rows: readonly (readonly Cell[])[];
  /** Label of the scrollable region for screen readers. Default: the column titles. */
  readonly label?: string;
  /** Text for a table without rows. */
  readonly empty?: string;
}

function cellMarkup(cell: Cell, column: Column | undefined, first: boolean): Html {
  const kind = column?.kind ?? "text";
  return first ? html`<th scope="row" class="${kind}">${cell}</th>` : html`<td class="${kind}">${cell}</td>`;
}

/** Returns the columns that have content; the first one is always included, as it is the row header. */
function nonEmptyColumns({ columns, rows }: TableOptions): number[] {
  return [...columns.keys()].filter(
    (index) => index === 0 || rows.length === 0 || rows.some((row) => row[index] !== ""),
  );
}

/**
 * Renders a table in a region that scrolls on narrow screens and can be scrolled by keyboard. Columns without content are
 * omitted.
 */
export function table(options: TableOptions): Html {
  const { columns, rows, label, empty = "Nothing to show." } = options;
  const shown = nonEmptyColumns(options);
  const head = shown.map((at) => {
    const { title, kind = "text" } = columns[at] ?? { title: "" };
    return html`<th scope="col" class="${kind}">${title}</th>`;
  });
  const body = rows.map((row) => {
    const cells = shown.map((at) => cellMarkup(row[at] ?? "", columns[at], at === 0));
    return html`<tr>${cells}</tr>`;
  });
  const none = html`<tr><td class="empty" colspan="${columns.length}">${empty}</td></tr>`;
  const name = label ?? columns.map(({ title }) => title).join(", ");
  return html`<div class="box" role="region" tabindex="0" aria-label="${name}"><table><thead><tr>${head}</tr></thead><tbody>${rows.length === 0 ? none : body}</tbody></table></div>`;
}

export interface Stat {
  readonly label: string;
  readonly value: string | number;
  readonly unit?: string;
  /** Assessment of the value. */
  readonly note?: { readonly tone: Tone; readonly text: string };
}

/** Renders key figures. */
export function statList(stats: readonly Stat[]): Html {
  const items = stats.map(({ label, value, unit, note }) => {
    const measure = unit === undefined ? EMPTY_HTML : html` <small>${unit}</small>`;
    const noteMarkup =
      note === undefined
        ? EMPTY_HTML
        : html`<dd class="note ${note.tone}">${toneIcon(note.tone)}<span>${note.text}</span></dd>`;
    return html`<div><dt>${label}</dt><dd>${value}${measure}</dd>${noteMarkup}</div>`;
  });
  return html`<dl class="figures">${items}</dl>`;
}

/** Renders paragraphs. */
export function paragraphs(...texts: readonly (string | Html)[]): Html {
  return joinHtml(texts.map((text) => html`<p>${text}</p>`));
}
