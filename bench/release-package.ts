/**
 * Packaging compared with `tar | gzip` and `zip` on the same bytes. Ours writes both archives and all digests in one run.
 * Usage: node bench/release-package.ts [megabytes]
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArchiveWriter } from "../release/archive/write-archives.ts";

const megabytes = Number(process.argv[2] ?? 1000);
const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-bench-"));
const source = join(scratch, "source");

/** Like a pack: a third is compressed assets, the rest repeats. */
function writeSource(): void {
  mkdirSync(source);
  const chunk = Buffer.concat([
    randomBytes(350_000),
    Buffer.from("node position rotation scale ".repeat(22_500)),
  ]);
  for (const [name, share] of [
    ["server.x86_64", 0.1],
    ["server.pck", 0.9],
  ] as const) {
    const file = openSync(join(source, name), "wx");
    for (let written = 0; written < megabytes * share * 1e6; written += chunk.length) {
      randomBytes(4096).copy(chunk, Math.floor(Math.random() * (chunk.length - 4096)));
      writeSync(file, chunk);
    }
    closeSync(file);
  }
}

async function packOurs(): Promise<void> {
  const targets = {
    tarGz: join(scratch, "ours.tar.gz"),
    zip: join(scratch, "ours.zip"),
    root: "package",
    mtime: 0,
  };
  const writer = await ArchiveWriter.create(targets);
  for (const name of readdirSync(source).toSorted()) {
    const file = join(source, name);
    await writer.add({ path: name, mode: 0o644, content: { file, size: statSync(file).size } });
  }
  await writer.finish();
}

async function measure(title: string, action: () => unknown): Promise<number> {
  const started = performance.now();
  await action();
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${title.padEnd(28)} ${seconds.toFixed(1)} s\n`);
  return seconds;
}

try {
  writeSource();
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + statSync(join(scratch, name)).size, 0);
  const tar = await measure("tar | gzip", () =>
    execFileSync("sh", ["-c", "tar -cf - source | gzip > t.tar.gz"], { cwd: scratch }),
  );
  const zip = await measure("zip", () => execFileSync("zip", ["-qr", "t.zip", "source"], { cwd: scratch }));
  await measure("sha256sum of the files", () =>
    execFileSync("sh", ["-c", "sha256sum source/*"], { cwd: scratch }),
  );
  const ours = await measure("ours: both, with digests", packOurs);
  const ratio = (seconds: number) => (ours / seconds).toFixed(2);
  process.stdout.write(
    `ours / (tar | gzip) = ${ratio(tar)}, ours / zip = ${ratio(zip)}, ours / both = ${ratio(tar + zip)}\n`,
  );
  process.stdout.write(
    `bytes: ours ${sum(["ours.tar.gz", "ours.zip"])}, theirs ${sum(["t.tar.gz", "t.zip"])}\n`,
  );
  process.stdout.write(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
} finally {
  rmSync(scratch, { recursive: true });
}
