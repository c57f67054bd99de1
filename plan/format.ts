import { styleText } from "node:util";

/** Options of text output. By default, lines are not truncated and not coloured. */
export interface FormatOptions {
  /** Maximum number of columns; unlimited by default. */
  readonly width?: number;
  readonly colour?: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Adds colour to a text if enabled. */
export type Paint = (style: Style, text: string) => string;

export function createPaint({ colour = false }: FormatOptions): Paint {
  // The caller has decided about colour; by default, styleText would check the terminal of this process.
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** Truncates a text to `width` columns, with an ellipsis at the end. */
export function truncateEnd(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Truncates a text to `width` columns, with an ellipsis at the start; for types, whose end is the most specific. */
export function truncateStart(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 1 ? "…".slice(0, Math.max(0, width)) : `…${text.slice(1 - width)}`;
}

/** `1 component`, `2 components`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Compares two strings by code unit, independent of the locale. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Escapes control and invisible characters: a name or value from an untrusted branch must not control the terminal or hide
 * in the output.
 */
export function escapeControlCharacters(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
