/** A line of a SHA256SUMS file. */
export interface Checksum {
  readonly path: string;
  readonly sha256: string;
}

/** The format of `sha256sum`. */
export function formatChecksums(checksums: readonly Checksum[]): string {
  return checksums.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
}

/** Parses a SHA256SUMS file; undefined if a line has another format or a path occurs twice. */
export function parseChecksums(text: string): readonly Checksum[] | undefined {
  if (text !== "" && !text.endsWith("\n")) return undefined;
  const checksums: Checksum[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const [, sha256 = "", path = ""] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
    if (path === "" || checksums.some((other) => other.path === path)) return undefined;
    checksums.push({ path, sha256 });
  }
  return checksums;
}
