/** A value in a text file of Godot (ConfigFile): a string, number or boolean; anything else is kept as it is written. */
export type ConfigValue = string | number | boolean | { readonly raw: string };

/** Values by section and key. */
export type ConfigSections = ReadonlyMap<string, ReadonlyMap<string, ConfigValue>>;

/**
 * Parses the text format of `project.godot`, `export_presets.cfg`, `.remap` and `.import` files. Values can span lines. Lines
 * that are neither a section nor `key=value` are skipped, as Godot does.
 */
export function parseConfigFile(text: string): ConfigSections {
  const sections = new Map<string, Map<string, ConfigValue>>();
  let section = new Map<string, ConfigValue>();
  sections.set("", section);
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? "").trim();
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
      continue;
    }
    const equals = line.indexOf("=");
    if (equals < 1 || line.startsWith(";")) continue;
    const value = [line.slice(equals + 1).trim()];
    // The state is kept from line to line: a damaged file can have a value of many thousand lines.
    let nesting = readNesting({ quoted: false, depth: 0 }, value[0] ?? "");
    while ((nesting.quoted || nesting.depth > 0) && index + 1 < lines.length) {
      index += 1;
      value.push(lines[index] ?? "");
      nesting = readNesting(nesting, lines[index] ?? "");
    }
    section.set(unquote(line.slice(0, equals).trim()), parseValue(value.join("\n").trim()));
  }
  return sections;
}

/** Whether a value is inside a string, and in how many brackets. */
interface Nesting {
  readonly quoted: boolean;
  readonly depth: number;
}

function readNesting(before: Nesting, line: string): Nesting {
  let { quoted, depth } = before;
  for (const [token] of line.matchAll(/\\.|["[{()\]}]/g)) {
    if (token === '"') quoted = !quoted;
    else if (!quoted && "[{(".includes(token)) depth += 1;
    else if (!quoted && ")]}".includes(token)) depth -= 1;
  }
  return { quoted, depth };
}

function parseValue(text: string): ConfigValue {
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) return unquote(text);
  if (text === "true" || text === "false") return text === "true";
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return Number(text);
  return { raw: text };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}
