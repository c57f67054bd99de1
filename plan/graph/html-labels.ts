/** GitHub's light palette on a white card, which is readable in light and dark mode. */
export const TEXT_COLOUR = "#1f2328";
export const MUTED_COLOUR = "#59636e";
export const LINE_COLOUR = "#818b98";
export const CARD_COLOUR = "#ffffff";

interface NodePalette {
  readonly fill: string;
  readonly border: string;
}

export const NODE_PALETTES = {
  namespace: { fill: "#f6f8fa", border: "#d1d9e0" },
  stateless: { fill: "#ddf4ff", border: "#54aeff" },
  stateful: { fill: "#fbefff", border: "#c297ff" },
  external: { fill: "#fff8c5", border: "#d4a72c" },
  endpoint: { fill: "#dafbe1", border: "#4ac26b" },
  storage: { fill: "#eff2f5", border: "#818b98" },
} as const satisfies Record<string, NodePalette>;

/** Maximum number of listed pools or names. */
export const MAX_LISTED = 6;

export function formatList(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** A box with rounded corners. */
export function renderBox(lines: readonly string[], { fill, border }: NodePalette): string {
  const attributes = `BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="6" STYLE="ROUNDED"`;
  return `<TABLE ${attributes} BGCOLOR="${fill}" COLOR="${border}"><TR><TD>${renderTable(lines)}</TD></TR></TABLE>`;
}

/** Left-aligned lines. */
export function renderTable(lines: readonly string[]): string {
  const rows = lines.map((line) => `<TR><TD ALIGN="LEFT">${line}</TD></TR>`).join("");
  return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">${rows}</TABLE>`;
}

export function boldText(text: string, size = 11): string {
  return text === ""
    ? ""
    : `<FONT POINT-SIZE="${size}" COLOR="${TEXT_COLOUR}"><B>${escapeXml(text)}</B></FONT>`;
}

/** Coloured text; nothing for an empty text, because Graphviz rejects empty elements. */
export function plainText(text: string, colour = TEXT_COLOUR, size = 11): string {
  return text === "" ? "" : `<FONT POINT-SIZE="${size}" COLOR="${colour}">${escapeXml(text)}</FONT>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes text for XML and Graphviz labels; names and images are from the config. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "").replace(/\p{Cc}/gu, " ");
}
