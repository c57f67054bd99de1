function indent(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => (line === "" ? line : `${"  ".repeat(depth)}${line}`));
}

/** A directive with a body: `head { … }`. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indent(lines), "}"];
}
