import {
  type Arrow,
  BOX_PADDING,
  type Box,
  bottom,
  type Diagram,
  estimateTextWidth,
  FONT_SIZES,
  FRAME_PADDING,
  type Label,
  LINE_HEIGHT,
  type Rectangle,
  right,
} from "../../../plan/graph/diagram.ts";

/** Layout problems: labels outside their box, overlapping boxes or labels, arrows through labels. */
export function findLayoutProblems(diagram: Diagram): string[] {
  const { boxes, frames, arrows, notes } = diagram;
  const labels = [
    ...notes.map((note) => labelArea(note, FONT_SIZES.note)),
    ...arrows.flatMap(arrowLabelAreas),
  ];
  const titles = frames.map(({ title, titleAlign, ...frame }) =>
    labelArea(
      {
        text: title,
        x: titleAlign === "left" ? frame.x + FRAME_PADDING : right(frame) - FRAME_PADDING,
        y: frame.y + 19,
        anchor: titleAlign === "left" ? "start" : "end",
      },
      FONT_SIZES.frameTitle,
    ),
  );
  const named = boxes.map((box) => ({ ...box, text: box.title }));
  const texts = [...labels, ...titles];
  return [
    ...boxes.flatMap(overflowingTexts),
    ...findOverlaps([...named, ...texts]),
    ...[...named, ...texts, ...frames.map((frame) => ({ ...frame, text: frame.title }))]
      .filter(
        (area) => area.x < 0 || area.y < 0 || right(area) > diagram.width || bottom(area) > diagram.height,
      )
      .map(({ text }) => `"${text}" leaves the picture`),
    ...titles
      .filter((title, index) => right(title) > right(frames[index] ?? title))
      .map(({ text }) => `"${text}" leaves its frame`),
    ...frames.flatMap((frame) =>
      boxes
        .filter((box) => overlaps(frame, box) && !contains(frame, box))
        .map(({ title }) => `"${title}" crosses the frame "${frame.title}"`),
    ),
    ...arrows.flatMap((arrow) => crossedTexts(arrow, [...named, ...texts])),
  ];
}

type NamedArea = Rectangle & { readonly text: string };

function labelArea({ text, x, y, anchor }: Label, fontSize: number): NamedArea {
  const width = estimateTextWidth(text, fontSize);
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  return { text, x: left, y: y - fontSize * 0.8, width, height: fontSize };
}

function arrowLabelAreas({ labels }: Arrow): NamedArea[] {
  return labels.map((label) => labelArea(label, FONT_SIZES.label));
}

function overflowingTexts({ title, lines, width, height }: Box): string[] {
  const room = width - 2 * BOX_PADDING;
  const wide = [
    ...(estimateTextWidth(title, FONT_SIZES.boxTitle) > room ? [title] : []),
    ...lines.filter((line) => estimateTextWidth(line, FONT_SIZES.boxLine) > room),
  ];
  const isHigh = (lines.length + 1) * LINE_HEIGHT > height - 8;
  return [
    ...wide.map((text) => `"${text}" is wider than its box "${title}"`),
    ...(isHigh ? [`the lines of "${title}" are higher than its box`] : []),
  ];
}

function findOverlaps(areas: readonly NamedArea[]): string[] {
  return areas.flatMap((area, index) =>
    areas
      .slice(index + 1)
      .filter((other) => overlaps(area, other))
      .map((other) => `"${area.text}" and "${other.text}" overlap`),
  );
}

function crossedTexts({ points }: Arrow, areas: readonly NamedArea[]): string[] {
  return points.slice(1).flatMap((end, index) => {
    const start = points[index] ?? end;
    const x = Math.min(start.x, end.x);
    const y = Math.min(start.y, end.y);
    const segment = { x, y, width: Math.abs(end.x - start.x), height: Math.abs(end.y - start.y) };
    return areas.filter((area) => overlaps(segment, area)).map(({ text }) => `an arrow crosses "${text}"`);
  });
}

/** Areas that only touch do not overlap. */
function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x && inner.y >= outer.y && right(inner) <= right(outer) && bottom(inner) <= bottom(outer)
  );
}
