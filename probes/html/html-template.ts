import { escapeUnsafeCharacters } from "../../components/shared/errors.ts";

/** Markup that is safe to send to a browser: only `html` and `join` make some. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Trusts its literal parts, which stand in our source, and escapes everything else. */
  static ofTemplate(literals: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    const parts = literals.map((literal, index) => {
      const value = values[index];
      return value === undefined ? literal : literal + toMarkup(value);
    });
    return new Html(parts.join(""));
  }

  /** A style sheet, in which no escapes are known: without a `<` it cannot end its element. */
  static ofStyle(css: string): Html {
    if (css.includes("<")) throw new Error("A style sheet with a < is refused: it could end its element.");
    return new Html(`<style>${css}</style>`);
  }

  static concat(parts: readonly Html[]): Html {
    return new Html(parts.map((part) => part.#markup).join(""));
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: text and numbers are escaped, markup and lists of markup are kept. */
export type HtmlValue = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/**
 * Text as it may stand in an element or in a quoted attribute. Characters that show something else than stands there
 * (control, bidirectional) become visible escapes, as on a terminal.
 */
function escapeHtml(text: string): string {
  return escapeUnsafeCharacters(text.toWellFormed()).replaceAll(
    /[&<>"'`]/g,
    (found) => ENTITIES[found] ?? "",
  );
}

function toMarkup(value: HtmlValue): string {
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return Html.concat(value).toString();
  return escapeHtml(String(value));
}

/** Markup from a template. Attributes must be quoted, names and tags must be literal. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.ofTemplate(literals, values);
}

/** Several pieces of markup, one after the other. */
export function joinHtml(parts: readonly Html[]): Html {
  return Html.concat(parts);
}

/** No markup at all. */
export const EMPTY_HTML: Html = joinHtml([]);
