import { styleText } from "node:util";

/** How a text for people is written. Nothing is cut and nothing coloured unless asked for. */
export interface FormatOptions {
  /** The columns that a line may take; unlimited when absent. */
  readonly width?: number;
  readonly colour?: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;

export function createPaint({ colour = false }: FormatOptions): Paint {
  // The caller has decided; styleText would look at this process's own terminal again.
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** The text in at most `width` columns, the end replaced by an ellipsis. */
export function truncateEnd(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** The text in at most `width` columns, the beginning replaced by an ellipsis: a type's last word says most. */
export function truncateStart(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 1 ? "…".slice(0, Math.max(0, width)) : `…${text.slice(1 - width)}`;
}

/** `1 component`, `2 components`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The order of two texts by code unit: the same on every machine, whatever its locale. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The text with control and invisible characters written out: a name or a value from somebody's branch must neither steer the
 * reader's terminal nor hide in it.
 */
export function escapeControlCharacters(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
