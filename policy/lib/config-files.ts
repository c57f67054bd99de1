/**
 * Parses one setting per line, as in Postgres (`key = value`) and Redis (`key value`); the last one with a name
 * applies.
 */
export function parseSettings(text: string): ReadonlyMap<string, string> {
  const settings = text
    .split("\n")
    .map((line) => /^\s*([\w-]+)\s*(?:=\s*|\s)(.*?)\s*$/.exec(line))
    .flatMap((match) =>
      match?.[1] === undefined ? [] : [[match[1], stripCommentAndQuotes(match[2] ?? "")] as const],
    );
  return new Map(settings);
}

/** Removes the trailing comment and the quotes of a value. */
function stripCommentAndQuotes(value: string): string {
  return value
    .replace(/\s+#.*$/, "")
    .replace(/^(['"])(.*)\1$/, "$2")
    .trim();
}

/** The lines of a file without blank lines and comments, split into words. */
export function tokenizeLines(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/));
}

/** The arguments of every directive with this name in an nginx.conf. */
export function nginxDirectives(text: string, name: string): readonly string[] {
  const withoutComments = text.replace(/^\s*#.*$/gm, "");
  const pattern = new RegExp(`(?:^|[;{}\\s])${name}\\s+((?:"[^"]*"|'[^']*'|[^;{}"'])*);`, "g");
  return [...withoutComments.matchAll(pattern)].map((match) => (match[1] ?? "").trim());
}

/** A port that an nginx.conf listens on. */
export interface NginxListener {
  readonly port: string;
  readonly ssl: boolean;
  /** Whether it listens on loopback only. */
  readonly loopback: boolean;
}

/** The ports an nginx.conf listens on. */
export function nginxListeners(text: string): readonly NginxListener[] {
  return nginxDirectives(text, "listen").map((listen) => {
    const [address = "", ...options] = listen.split(/\s+/);
    return {
      port: address.split(":").at(-1) ?? "",
      ssl: options.includes("ssl"),
      loopback: /^(127\.\d+\.\d+\.\d+|\[::1\]):\d+$/.test(address),
    };
  });
}
