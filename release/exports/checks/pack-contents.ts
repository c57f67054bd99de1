import { type ByteSource, readRange } from "../byte-source.ts";
import { decryptRange } from "../pack/decrypt.ts";
import type { PackEntry } from "../pack/pack.ts";
import { PROJECT_FILE } from "../settings/project-settings.ts";
import { UID_CACHE } from "../settings/uid-cache.ts";
import { isArchive, MAX_SCANNED_BYTES, secretByName, secretInContent } from "./scan-secrets.ts";

/** What the rules need to know of a readable pack. */
export interface PackContents {
  readonly paths: ReadonlySet<string>;
  /** Content of the files that the rules read: settings, UID cache, remaps and imports. */
  readonly texts: ReadonlyMap<string, Buffer>;
  /** Findings of the scan for secrets, by path. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Files whose content begins like a pack, an archive or a program. */
  readonly archives: readonly string[];
  /** Whether some files are encrypted and no key was given, so that the rest is incomplete. */
  readonly locked: boolean;
}

/** The largest settings file, UID cache, remap or import that is read. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

const HEAD_BYTES = 4;

/** Collects what the rules need while the digests are verified, so that each file is read once. */
export class ContentCollector {
  readonly #entries: readonly PackEntry[];
  readonly #texts = new Map<string, Buffer>();
  readonly #secrets = new Map<string, string>();
  readonly #archives: string[] = [];

  constructor(entries: readonly PackEntry[]) {
    this.#entries = entries;
    for (const { path } of entries) this.#report(path, secretByName(path));
  }

  /** @param content is only valid during the call. */
  add({ path }: PackEntry, content: Buffer): void {
    if (isReadByRules(path)) this.#texts.set(path, Buffer.from(content));
    this.#report(path, secretInContent(path, content));
    if (isArchive(content)) this.#archives.push(path);
  }

  /** Reads what is too large to be passed to `add`. */
  finish(source: ByteSource, key: Buffer | undefined, locked: boolean): PackContents {
    for (const entry of this.#entries.filter(({ size }) => size > MAX_SCANNED_BYTES)) {
      const { path, offset, size, encrypted } = entry;
      if (!encrypted && isArchive(readRange(source, offset, HEAD_BYTES, path))) this.#archives.push(path);
      if (!isReadByRules(path) || size > MAX_TEXT_BYTES || (encrypted && key === undefined)) continue;
      const content =
        encrypted && key !== undefined
          ? decryptRange(source, offset, key, `res://${path}`)
          : readRange(source, offset, size, path);
      this.#texts.set(path, content);
    }
    return {
      paths: new Set(this.#entries.map(({ path }) => path)),
      texts: this.#texts,
      secrets: this.#secrets,
      archives: this.#archives,
      locked,
    };
  }

  #report(path: string, rule: string | undefined): void {
    if (rule !== undefined && !this.#secrets.has(path)) this.#secrets.set(path, rule);
  }
}

function isReadByRules(path: string): boolean {
  return path === PROJECT_FILE || path === UID_CACHE || /\.(remap|import)$/.test(path);
}

/** The path of a resource without the suffixes that an export adds. */
export function sourcePath(path: string): string {
  return path.replace(/\.(remap|import)$/, "");
}
