import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PackFile, writePack } from "../test/release/exports/support/write-pack.ts";

/**
 * Compares the verification of a pack with md5sum on the same file, and measures its peak memory on a file of 2 GB.
 * Usage: node bench/release.ts [megabytes]
 */
const MEGABYTES = Number(process.argv[2] ?? 500);
const RUNS = 3;

/** Run in a process of its own, so that the peak memory is that of the verification. */
const VERIFY = `
import { withFile } from "${import.meta.dirname}/../release/exports/byte-source.ts";
import { locateStandalonePack } from "${import.meta.dirname}/../release/exports/pack/locate-pack.ts";
import { readPack } from "${import.meta.dirname}/../release/exports/pack/read-pack.ts";
import { ContentCollector } from "${import.meta.dirname}/../release/exports/checks/pack-contents.ts";
import { MAX_SCANNED_BYTES } from "${import.meta.dirname}/../release/exports/checks/scan-secrets.ts";
import { verifyDigests } from "${import.meta.dirname}/../release/exports/pack/verify-digests.ts";
const start = process.resourceUsage().maxRSS;
const before = performance.now();
withFile(process.argv[1], (source) => {
  const { directory } = readPack(source, locateStandalonePack(source));
  const collector = new ContentCollector(directory.entries);
  verifyDigests(source, directory.entries, (entry, { kind }) => {
    if (kind !== "match") throw new Error(entry.path + ": " + kind);
  }, { maxContentBytes: MAX_SCANNED_BYTES, onContent: (entry, content) => collector.add(entry, content) });
});
console.log(JSON.stringify({ ms: performance.now() - before, mb: (process.resourceUsage().maxRSS - start) / 1024 }));
`;

function verify(path: string): { readonly ms: number; readonly mb: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", VERIFY, path], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as { ms: number; mb: number };
}

function md5sum(path: string): number {
  const before = performance.now();
  execFileSync("md5sum", [path], { stdio: "ignore" });
  return performance.now() - before;
}

/** Files of the sizes of a game: many small ones, some of several megabytes. */
function gameSizedFiles(megabytes: number): PackFile[] {
  const files: PackFile[] = [];
  for (let total = 0; total < megabytes * 1e6; ) {
    const index = files.length;
    const size = index % 10 === 0 ? 6_000_000 : 20_000 + (index % 7) * 60_000;
    files.push({ path: `assets/${index}.ctex`, content: Buffer.alloc(size, index % 251) });
    total += size;
  }
  return files;
}

/** A pack of format 3 with one sparse file: its blocks are read, but not stored. */
function writeSparsePack(path: string, bytes: number): void {
  const small = writePack([{ path: "big.bin", content: "" }], { version: 3 });
  const directory = Buffer.from(small.subarray(Number(small.readBigUInt64LE(32))));
  const digest = createHash("md5");
  const zeros = Buffer.alloc(16 * 1024 * 1024);
  for (let done = 0; done < bytes; done += zeros.length)
    digest.update(zeros.subarray(0, Math.min(zeros.length, bytes - done)));
  const fixed = 4 + 4 + directory.readUInt32LE(4);
  directory.writeBigUInt64LE(BigInt(bytes), fixed + 8);
  digest.digest().copy(directory, fixed + 16);
  const header = Buffer.from(small.subarray(0, 112));
  header.writeBigUInt64LE(BigInt(112 + bytes), 32);
  const file = openSync(path, "w");
  writeSync(file, header);
  ftruncateSync(file, 112 + bytes);
  writeSync(file, directory, 0, directory.length, 112 + bytes);
  closeSync(file);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const folder = mkdtempSync(join(tmpdir(), "spacetime-vr-bench-"));
try {
  const path = join(folder, "game.pck");
  writeFileSync(path, writePack(gameSizedFiles(MEGABYTES), { version: 3 }));
  readFileSync(path);
  const ours = median(Array.from({ length: RUNS }, () => verify(path).ms));
  const theirs = median(Array.from({ length: RUNS }, () => md5sum(path)));
  const lines = [
    `${MEGABYTES} MB pack: verified in ${ours.toFixed(0)} ms, md5sum ${theirs.toFixed(0)} ms: ${(theirs / ours).toFixed(2)} times its speed (bar: 0.80)`,
  ];
  const sparse = join(folder, "sparse.pck");
  for (const megabytes of [200, 2000]) {
    writeSparsePack(sparse, megabytes * 1e6);
    const { ms, mb } = verify(sparse);
    lines.push(
      `${megabytes} MB file: ${ms.toFixed(0)} ms, peak memory ${mb.toFixed(0)} MB above the start of the process`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
