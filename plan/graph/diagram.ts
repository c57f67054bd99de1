import { truncateEnd } from "../format.ts";

/** The meaning of a box, which determines its colour. */
export type BoxTone = "external" | "entry" | "compute" | "data" | "service" | "passed" | "failed";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Box extends Rectangle {
  readonly tone: BoxTone;
  readonly title: string;
  readonly lines: readonly string[];
}

/** A titled area around boxes, such as a VPC or a namespace. */
export interface Frame extends Rectangle {
  readonly title: string;
  readonly titleAlign: "left" | "right";
}

export interface Label {
  readonly text: string;
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly points: readonly Point[];
  readonly labels: readonly Label[];
  readonly dashed?: boolean;
}

/** A diagram with fixed positions; frames are drawn first, then arrows, then boxes. */
export interface Diagram {
  readonly title: string;
  /** One sentence about the diagram, for screen readers. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Frame[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly notes: readonly Label[];
}

export const FONT_SIZES = { heading: 18, boxTitle: 14, boxLine: 12.5, frameTitle: 12, label: 11, note: 12 };

export const BOX_PADDING = 10;
export const FRAME_PADDING = 14;
/** The height of a frame's title. */
const FRAME_HEADER = 28;
export const LINE_HEIGHT = 17;

/** Wide enough for the fallback sans-serif fonts of browsers, so that text does not overflow its box. */
const EM_PER_CHARACTER = 0.65;

export function estimateTextWidth(text: string, fontSize: number): number {
  return [...text].length * fontSize * EM_PER_CHARACTER;
}

export function right({ x, width }: Rectangle): number {
  return x + width;
}

export function bottom({ y, height }: Rectangle): number {
  return y + height;
}

export function centre({ x, y, width, height }: Rectangle): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** The space between a label and its arrow. */
const LABEL_GAP = 5;
/** The distance from the box to the bend of an arrow. */
const BEND = 22;

/** An arrow to a box on the right, with a bend if the boxes have different heights. A second label is below the line. */
export function arrowRight(from: Rectangle, to: Rectangle, ...texts: readonly string[]): Arrow {
  const start = { x: right(from), y: centre(from).y };
  const end = { x: to.x, y: centre(to).y };
  const bend = start.x + BEND;
  const isStraight = start.y === end.y;
  const points = isStraight ? [start, end] : [start, { x: bend, y: start.y }, { x: bend, y: end.y }, end];
  const x = ((isStraight ? start.x : bend) + end.x - 4) / 2;
  const labels = texts.map((text, index) => ({
    text,
    x,
    y: index === 0 ? end.y - LABEL_GAP : end.y + LABEL_GAP + FONT_SIZES.label,
    anchor: "middle" as const,
  }));
  return { points, labels };
}

/** A straight arrow to a box below, at `x`. */
export function arrowDown(from: Rectangle, to: Rectangle, x: number, text = ""): Arrow {
  const start = { x, y: bottom(from) };
  const label = { text, x: x + LABEL_GAP + 3, y: start.y + 16, anchor: "start" as const };
  return { points: [start, { x, y: to.y }], labels: text === "" ? [] : [label] };
}

/** A frame around rectangles, with room for its title. */
export function frameAround(
  title: string,
  members: readonly Rectangle[],
  titleAlign: Frame["titleAlign"] = "left",
): Frame {
  const x = Math.min(...members.map((member) => member.x)) - FRAME_PADDING;
  const y = Math.min(...members.map((member) => member.y)) - FRAME_HEADER;
  const width = Math.max(...members.map(right)) + FRAME_PADDING - x;
  const height = Math.max(...members.map(bottom)) + FRAME_PADDING - y;
  return { title, titleAlign, x, y, width, height };
}

/** Truncates a text to the width of a box; names and sizes from the config may be long. */
export function fitLine(text: string, width: number): string {
  const room = width - 2 * BOX_PADDING;
  return truncateEnd(text, Math.floor(room / (FONT_SIZES.boxLine * EM_PER_CHARACTER)));
}

/** Wraps words into lines that fit into a box. */
export function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && estimateTextWidth(joined, FONT_SIZES.boxLine) <= width - 2 * BOX_PADDING) {
      lines[lines.length - 1] = joined;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
