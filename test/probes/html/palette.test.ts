import { describe, expect, test } from "@jest/globals";
import { DARK_PALETTE, LIGHT_PALETTE, TONES } from "../../../probes/html/palette.ts";

/** WCAG 2.2: 1.4.3 requires a contrast of 4.5 for text, 1.4.11 requires 3 for meaningful graphics. */
const TEXT = 4.5;
const GRAPHICS = 3;

/** Relative luminance according to WCAG. */
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const linear = parts.map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test("the contrast function follows WCAG: black on white is 21", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
});

describe.each([
  ["light", LIGHT_PALETTE],
  ["dark", DARK_PALETTE],
])("in the %s scheme", (_, palette) => {
  test.each(["page", "surface"] as const)("text on the %s has sufficient contrast", (ground) => {
    expect(contrast(palette.text, palette[ground])).toBeGreaterThanOrEqual(TEXT);
    expect(contrast(palette.muted, palette[ground])).toBeGreaterThanOrEqual(TEXT);
  });

  test.each(TONES)("%s has sufficient contrast on its own background and on a card", (tone) => {
    const [text, ground] = palette.tones[tone];
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(TEXT);
    expect(contrast(text, palette.surface)).toBeGreaterThanOrEqual(TEXT);
  });

  test("every plot line has sufficient contrast on a card", () => {
    for (const colour of palette.series) {
      expect(contrast(colour, palette.surface)).toBeGreaterThanOrEqual(GRAPHICS);
    }
  });
});
