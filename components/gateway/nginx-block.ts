function indentLines(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => (line === "" ? line : `${"  ".repeat(depth)}${line}`));
}

/** A directive with a body: `head { … }`. */
export function nginxBlock(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indentLines(lines), "}"];
}
