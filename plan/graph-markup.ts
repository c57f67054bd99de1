/** GitHub's own light palette on a white card: it reads well on white and on a dark README. */
export const INK = "#1f2328";
export const MUTED = "#59636e";
export const LINE = "#818b98";
export const CARD = "#ffffff";

export interface Palette {
  readonly fill: string;
  readonly border: string;
}

export const PALETTES = {
  namespace: { fill: "#f6f8fa", border: "#d1d9e0" },
  stateless: { fill: "#ddf4ff", border: "#54aeff" },
  stateful: { fill: "#fbefff", border: "#c297ff" },
  outside: { fill: "#fff8c5", border: "#d4a72c" },
  entrance: { fill: "#dafbe1", border: "#4ac26b" },
  storage: { fill: "#eff2f5", border: "#818b98" },
} as const satisfies Record<string, Palette>;

/** Of many pools or names, no more than this are listed. */
export const MOST_LISTED = 6;

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** Lines in a box with round corners. */
export function box(lines: readonly string[], { fill, border }: Palette): string {
  const attributes = `BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="6" STYLE="ROUNDED"`;
  return `<TABLE ${attributes} BGCOLOR="${fill}" COLOR="${border}"><TR><TD>${table(lines)}</TD></TR></TABLE>`;
}

/** Lines one below the other, each from the left. */
export function table(lines: readonly string[]): string {
  const rows = lines.map((line) => `<TR><TD ALIGN="LEFT">${line}</TD></TR>`).join("");
  return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">${rows}</TABLE>`;
}

export function bold(text: string, size = 11): string {
  return text === "" ? "" : `<FONT POINT-SIZE="${size}" COLOR="${INK}"><B>${escaped(text)}</B></FONT>`;
}

/** Text in a colour; nothing for no text, because Graphviz takes no empty markup. */
export function plain(text: string, colour = INK, size = 11): string {
  return text === "" ? "" : `<FONT POINT-SIZE="${size}" COLOR="${colour}">${escaped(text)}</FONT>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as XML and Graphviz' labels take it: names and images come from whoever wrote the config. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "").replace(/\p{Cc}/gu, " ");
}
