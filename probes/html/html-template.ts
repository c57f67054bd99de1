import { escapeUnsafeCharacters } from "../../components/shared/errors.ts";

/** Markup that is safe to send to a browser; it can only be created by `html`, `joinHtml` and `Html.ofStyle`. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Keeps the literal parts, which come from source code, and escapes all values. */
  static ofTemplate(literals: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    const parts = literals.map((literal, index) => {
      const value = values[index];
      return value === undefined ? literal : literal + toMarkup(value);
    });
    return new Html(parts.join(""));
  }

  /** Creates a style element. CSS cannot be HTML-escaped, so a `<`, which could close the element, is rejected. */
  static ofStyle(css: string): Html {
    if (css.includes("<"))
      throw new Error("A style sheet must not contain <, because it could close the style element.");
    return new Html(`<style>${css}</style>`);
  }

  static concat(parts: readonly Html[]): Html {
    return new Html(parts.map((part) => part.#markup).join(""));
  }

  toString(): string {
    return this.#markup;
  }
}

/** Values in a template: text and numbers are escaped, markup and lists of markup are kept. */
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
 * Escapes text for an element or a quoted attribute. Control and bidirectional characters are shown as escapes, because
 * they could make the text appear different from what it is.
 */
function escapeHtml(text: string): string {
  return escapeUnsafeCharacters(text.toWellFormed()).replaceAll(
    /[&<>"'`]/g,
    (character) => ENTITIES[character] ?? "",
  );
}

function toMarkup(value: HtmlValue): string {
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return Html.concat(value).toString();
  return escapeHtml(String(value));
}

/** Creates markup from a template. Attribute values must be quoted; tag and attribute names must be literal. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.ofTemplate(literals, values);
}

/** Concatenates markup. */
export function joinHtml(parts: readonly Html[]): Html {
  return Html.concat(parts);
}

/** Empty markup. */
export const EMPTY_HTML: Html = joinHtml([]);
