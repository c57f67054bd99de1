import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ArchiveEntry, WrittenFile } from "../../../release/archive/archive-entry.ts";
import { readArchive } from "../../../release/archive/read-archive.ts";
import { ArchiveWriter } from "../../../release/archive/write-archives.ts";
import { describeWithTools } from "../../support/tools.ts";

const MTIME = 1_700_000_000;
const ROOT = "spacetime-vr-v1.0.0";
const BLOCK = 2 * 1024 * 1024;

/** Half random, half repetitive, like a pack. */
const content = (size: number): Buffer =>
  Buffer.concat([randomBytes(size / 2), Buffer.alloc(Math.ceil(size / 2), "ab")]);

let scratch = "";
let entries: ArchiveEntry[] = [];
let written: WrittenFile[] = [];
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-archive-"));
  // Around the sizes of a tar block and of a compressed block.
  const sizes = [0, 1, 511, 512, 513, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7];
  entries = sizes.map((size) => ({ path: `data/${size}`, mode: 0o644, content: content(size) }));
  const large = join(scratch, "large");
  writeFileSync(large, content(5 * BLOCK + 3));
  entries.push({ path: "bin/server.x86_64", mode: 0o755, content: { file: large, size: 5 * BLOCK + 3 } });
  entries.push({ path: `docs/${"long/".repeat(22)}name.md`, mode: 0o644, content: Buffer.from("deep") });
  written = await writeArchives("first");
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function writeArchives(name: string): Promise<WrittenFile[]> {
  const targets = { tarGz: join(scratch, `${name}.tar.gz`), zip: join(scratch, `${name}.zip`) };
  const writer = await ArchiveWriter.create({ ...targets, root: ROOT, mtime: MTIME });
  const files: WrittenFile[] = [];
  for (const entry of entries) files.push(await writer.add(entry));
  await writer.finish();
  return files;
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const bytesOf = ({ content }: ArchiveEntry): Buffer =>
  Buffer.isBuffer(content) ? content : readFileSync(content.file);

function expectExtracted(directory: string): void {
  for (const entry of entries) {
    const path = join(directory, ROOT, entry.path);
    expect(sha256(readFileSync(path))).toBe(sha256(bytesOf(entry)));
    expect(statSync(path).mode & 0o777).toBe(entry.mode);
    expect(statSync(path).mtimeMs).toBe(MTIME * 1000);
  }
}

describe("archives of a package", () => {
  test("the digests in the manifest are those of the files", () => {
    expect(written).toEqual(
      entries.map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        size: bytesOf(entry).length,
        sha256: sha256(bytesOf(entry)),
      })),
    );
  });

  test("the same files give the same bytes, although blocks are compressed in parallel", async () => {
    await writeArchives("second");
    for (const extension of ["tar.gz", "zip"]) {
      expect(sha256(readFileSync(join(scratch, `second.${extension}`)))).toBe(
        sha256(readFileSync(join(scratch, `first.${extension}`))),
      );
    }
  });

  test.each(["first.tar.gz", "first.zip"])("release verify reads %s", async (name) => {
    const read: Record<string, string> = {};
    await readArchive(join(scratch, name), ({ path }) => {
      const hash = createHash("sha256");
      return {
        write: (bytes) => void hash.update(bytes),
        end: () => Object.assign(read, { [path]: hash.digest("hex") }),
      };
    });
    expect(read).toEqual(Object.fromEntries(written.map(({ path, sha256 }) => [`${ROOT}/${path}`, sha256])));
  });

  test("a package that inflates without end is rejected before it fills a disk", async () => {
    const ignore = { write: () => undefined, end: () => undefined };
    const read = (name: string) =>
      readArchive(join(scratch, name), () => ignore, { files: 100, bytes: 4 * BLOCK });
    await expect(read("first.tar.gz")).rejects.toThrow(/decompresses to more than \d+ bytes/);
    await expect(read("first.zip")).rejects.toThrow(/decompresses to more than \d+ bytes/);
    const few = readArchive(join(scratch, "first.zip"), () => ignore, { files: 3, bytes: 100 * BLOCK });
    await expect(few).rejects.toThrow("contains more than 3 files");
  });

  test("a file that changes while it is packed is an error, not a damaged package", async () => {
    const file = join(scratch, "changing");
    writeFileSync(file, "12345");
    for (const [size, message] of [
      [4, "grew"],
      [6, "became shorter"],
    ] as const) {
      const name = join(scratch, `changing-${size}`);
      const writer = await ArchiveWriter.create({
        tarGz: `${name}.tar.gz`,
        zip: `${name}.zip`,
        root: ROOT,
        mtime: MTIME,
      });
      const added = writer.add({ path: "a", mode: 0o644, content: { file, size } });
      await expect(added).rejects.toThrow(message);
      await writer.close();
    }
  });

  describeWithTools(["tar", "gzip"], "tar", () => {
    test("extracts the files with their permissions and times", () => {
      const directory = mkdtempSync(join(scratch, "tar-"));
      execFileSync("tar", ["-xzf", join(scratch, "first.tar.gz"), "-C", directory]);
      expectExtracted(directory);
    });
  });

  describeWithTools(["unzip"], "unzip", () => {
    test("extracts the files with their permissions and times", () => {
      const directory = mkdtempSync(join(scratch, "zip-"));
      // Zip has no time zone, so unzip uses that of the machine.
      execFileSync("unzip", ["-q", join(scratch, "first.zip"), "-d", directory], {
        env: { ...process.env, TZ: "UTC" },
      });
      expectExtracted(directory);
    });
  });
});
