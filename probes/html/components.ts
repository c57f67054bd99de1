import { EMPTY_HTML, type Html, html, joinHtml } from "./html-template.ts";
import { TONE_LABELS, type Tone } from "./palette.ts";

/** A sign per tone, told apart by its shape: a tick, a triangle, a cross, a dash. */
const TONE_ICONS: Readonly<Record<Tone, Html>> = {
  good: html`<circle cx="8" cy="8" r="7.25"/><path d="M4.75 8.25l2.25 2.25 4.25-4.75"/>`,
  warn: html`<path d="M8 1.5 15 14H1Z"/><path d="M8 6v3.75M8 11.75v.1"/>`,
  bad: html`<path d="M5 .75h6L15.25 5v6L11 15.25H5L.75 11V5Z"/><path d="M5.5 5.5l5 5m0-5-5 5"/>`,
  neutral: html`<circle cx="8" cy="8" r="7.25"/><path d="M5 8h6"/>`,
};

/** The sign of a tone, as large as the text beside it, with its word for a screen reader. */
export function toneIcon(tone: Tone): Html {
  return html`<svg class="sign" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${TONE_ICONS[tone]}</svg><span class="hidden">${TONE_LABELS[tone]}: </span>`;
}

/** A short word with its tone: a sign, a colour and the text itself. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${toneIcon(tone)}<span>${text}</span></span>`;
}

/** A part of the page under a heading. */
export function section(title: string, body: Html | readonly Html[]): Html {
  return html`<section><h2>${title}</h2>${body}</section>`;
}

export type Cell = Html | string | number;

export interface Column {
  readonly title: string;
  /** `number`: to the right, in figures of one width; `long`: prose, which may break anywhere. Default `text`. */
  readonly kind?: "text" | "number" | "long";
}

export interface TableOptions {
  readonly columns: readonly Column[];
  /** As many cells as there are columns; the first names its row. */
  readonly rows: readonly (readonly Cell[])[];
  /** What the table holds, for a screen reader that comes to its scrolling box. Default: its column titles. */
  readonly label?: string;
  /** Stands in place of rows when there are none. */
  readonly empty?: string;
}

function cellMarkup(cell: Cell, column: Column | undefined, first: boolean): Html {
  const kind = column?.kind ?? "text";
  return first ? html`<th scope="row" class="${kind}">${cell}</th>` : html`<td class="${kind}">${cell}</td>`;
}

/** Columns in which something stands; the first always, as it names the rows. */
function nonEmptyColumns({ columns, rows }: TableOptions): number[] {
  return [...columns.keys()].filter(
    (index) => index === 0 || rows.length === 0 || rows.some((row) => row[index] !== ""),
  );
}

/**
 * A table that scrolls inside its own box where the screen is too narrow, by keyboard as well. A column in which every cell
 * is empty text is left out: its room is better used by the others.
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
  /** Says how good the value is, in words, with a sign. */
  readonly note?: { readonly tone: Tone; readonly text: string };
}

/** The few numbers that a reader looks for first. */
export function statList(figures: readonly Stat[]): Html {
  const items = figures.map(({ label, value, unit, note }) => {
    const measure = unit === undefined ? EMPTY_HTML : html` <small>${unit}</small>`;
    const judged =
      note === undefined
        ? EMPTY_HTML
        : html`<dd class="note ${note.tone}">${toneIcon(note.tone)}<span>${note.text}</span></dd>`;
    return html`<div><dt>${label}</dt><dd>${value}${measure}</dd>${judged}</div>`;
  });
  return html`<dl class="figures">${items}</dl>`;
}

/** Paragraphs of plain text. */
export function paragraphs(...paragraphs: readonly (string | Html)[]): Html {
  return joinHtml(paragraphs.map((text) => html`<p>${text}</p>`));
}
