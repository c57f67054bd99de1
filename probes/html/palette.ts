/** Severity of a value. Each tone has its own icon in addition to its colour. */
export type Tone = "good" | "warn" | "bad" | "neutral";

export const TONES: readonly Tone[] = ["good", "warn", "bad", "neutral"];

/** Labels of the tone icons for screen readers. */
export const TONE_LABELS: Readonly<Record<Tone, string>> = {
  good: "good",
  warn: "warning",
  bad: "bad",
  neutral: "note",
};

/** The colours of one scheme; `test/probes/html/palette.test.ts` verifies their contrast against WCAG AA. */
export interface Palette {
  readonly page: string;
  /** Background of cards, tables and plots. */
  readonly surface: string;
  readonly text: string;
  /** Secondary text, with sufficient contrast. */
  readonly muted: string;
  readonly line: string;
  /** Text and background colour of each tone. */
  readonly tones: Readonly<Record<Tone, readonly [text: string, background: string]>>;
  /** Line colours of a plot, in order of the series. */
  readonly series: readonly string[];
}

export const LIGHT_PALETTE: Palette = {
  page: "#f4f6f9",
  surface: "#ffffff",
  text: "#151b26",
  muted: "#545f70",
  line: "#d8dee7",
  tones: {
    good: ["#0a6136", "#e2f5ea"],
    warn: ["#764600", "#fdf0d3"],
    bad: ["#9b1220", "#fde7e8"],
    neutral: ["#3d4858", "#e8ecf2"],
  },
  series: ["#1f5fd1", "#b04a08", "#0b7657", "#8530ad", "#b0174f", "#5a6472"],
};

export const DARK_PALETTE: Palette = {
  page: "#0e1217",
  surface: "#171d26",
  text: "#e8edf5",
  muted: "#a3aebe",
  line: "#2d3643",
  tones: {
    good: ["#7be0a5", "#10301f"],
    warn: ["#f5c76c", "#35280b"],
    bad: ["#ffa3a6", "#3d1518"],
    neutral: ["#c0cad8", "#252e3a"],
  },
  series: ["#82b2ff", "#ffab6e", "#62d8b1", "#d5a0f6", "#ff93b7", "#b5bfcc"],
};

function cssVariables({ tones, series, ...plain }: Palette): string {
  const named = Object.entries(plain).map(([name, colour]) => `--${name}:${colour}`);
  const toned = TONES.flatMap((tone) => [`--${tone}:${tones[tone][0]}`, `--${tone}-soft:${tones[tone][1]}`]);
  const drawn = series.map((colour, index) => `--series-${index}:${colour}`);
  return [...named, ...toned, ...drawn].join(";");
}

/** Renders both schemes as CSS custom properties, selected by the reader's colour scheme preference. */
export function paletteCss(): string {
  return `:root{color-scheme:light dark;${cssVariables(LIGHT_PALETTE)}}
@media (prefers-color-scheme:dark){:root{${cssVariables(DARK_PALETTE)}}}
@media print{:root{color-scheme:light;${cssVariables(LIGHT_PALETTE)}}}`;
}
