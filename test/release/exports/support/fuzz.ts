import { bufferSource } from "../../../../release/exports/byte-source.ts";
import {
  checkContents,
  checkReferences,
  checkSecrets,
} from "../../../../release/exports/checks/content-checks.ts";
import { ContentCollector } from "../../../../release/exports/checks/pack-contents.ts";
import { checkSettings } from "../../../../release/exports/checks/settings-checks.ts";
import { CorruptFileError } from "../../../../release/exports/corrupt-file-error.ts";
import { readExecutable } from "../../../../release/exports/executables/read-executable.ts";
import { defaultExpectations } from "../../../../release/exports/expectations.ts";
import { locateEmbeddedPack, locateStandalonePack } from "../../../../release/exports/pack/locate-pack.ts";
import { readPack } from "../../../../release/exports/pack/read-pack.ts";
import { verifyDigests } from "../../../../release/exports/pack/verify-digests.ts";
import { gameFiles } from "./game-export.ts";
import { writeElf, writePe } from "./write-executables.ts";
import { writePack } from "./write-pack.ts";

const KEY = Buffer.alloc(32, 7);
const EXPECTATIONS = defaultExpectations();

/** Small numbers, limits of integers, and lengths that overflow. */
const INTERESTING = [0, 1, 2, 4, 255, 4096, 65_535, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff];

export interface FuzzResult {
  readonly inputs: number;
  readonly rejected: number;
  /** CPU time, so that other processes on the machine do not count. */
  readonly slowestMs: number;
  /** Growth of the memory outside the inputs over the whole run, in megabytes. */
  readonly memoryMb: number;
  /** The most that reading one input allocated, in megabytes. */
  readonly largestMb: number;
}

/** A generator of the same numbers for the same seed (mulberry32), so that a failure can be repeated. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function baseInputs(): Buffer[] {
  const files = gameFiles();
  const versions = [1, 2, 3, 4] as const;
  const encrypted = files.map((file) => ({ ...file, encrypted: true }));
  return [
    ...versions.map((version) => writePack(files, { version })),
    ...versions
      .slice(1)
      .map((version) => writePack(encrypted, { version, key: KEY, encryptDirectory: true })),
    writeElf({ pack: (start) => writePack(files, { version: 3, start }) }),
    writeElf({
      section: false,
      runPath: "$ORIGIN",
      pack: (start) => writePack(files, { version: 2, start }),
    }),
    writePe({
      signatureBytes: 128,
      delayed: ["dbghelp.dll"],
      pack: (start) => writePack(files, { version: 4, start }),
    }),
  ];
}

function mutate(base: Buffer, random: (limit: number) => number): Buffer {
  const bytes = Buffer.from(base);
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const at = random(bytes.length);
    // Half of the changes are in the header, where most fields are.
    const position = random(2) === 0 ? at : random(Math.min(200, bytes.length));
    if (random(3) === 0) bytes.writeUInt8(random(256), position);
    else if (position + 4 <= bytes.length)
      bytes.writeUInt32LE(INTERESTING[random(INTERESTING.length)] ?? 0, position);
  }
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** Reads an input as `release check` does. @returns whether it was rejected. */
function readInput(bytes: Buffer): boolean {
  const source = bufferSource(bytes);
  try {
    const isPack = bytes.toString("latin1", 0, 4) === "GDPC";
    const location = isPack
      ? locateStandalonePack(source)
      : locateEmbeddedPack(source, readExecutable(source));
    if (location === undefined) return true;
    const { directory, engine } = readPack(source, location, KEY);
    if (directory.kind === "locked") return true;
    const collector = new ContentCollector(directory.entries);
    let damaged = false;
    const onContent = collector.add.bind(collector);
    verifyDigests(
      source,
      directory.entries,
      (_entry, { kind }) => {
        damaged ||= kind !== "match";
      },
      { key: KEY, maxContentBytes: 1e6, onContent },
    );
    const contents = collector.finish(source, KEY, false);
    const checks = [
      checkContents("server", contents),
      checkSecrets("server", contents),
      checkReferences("server", contents),
      ...checkSettings("server", contents, EXPECTATIONS, { engine, build: undefined }),
    ];
    return damaged || checks.some(({ status }) => status === "failed");
  } catch (error) {
    if (error instanceof CorruptFileError) return true;
    throw error;
  }
}

/** Reads mutated packs and executables. @throws the error of an input that does not end in a result or a CorruptFileError. */
export function fuzzFormats(count: number, seed: number, onProgress?: (done: number) => void): FuzzResult {
  const random = createRandom(seed);
  const bases = baseInputs();
  const start = usedBytes();
  let rejected = 0;
  let slowestMs = 0;
  let peak = start;
  let largest = 0;
  for (let index = 0; index < count; index += 1) {
    const input = mutate(bases[random(bases.length)] ?? Buffer.alloc(0), random);
    const cpu = process.cpuUsage();
    const before = allocatedBytes();
    try {
      if (readInput(input)) rejected += 1;
    } catch (error) {
      throw new Error(`input ${index} of seed ${seed}: ${String(error)}`, { cause: error });
    }
    largest = Math.max(largest, allocatedBytes() - before);
    const { user, system } = process.cpuUsage(cpu);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    if (index % 1000 === 999) {
      peak = Math.max(peak, usedBytes());
      onProgress?.(index + 1);
    }
  }
  return { inputs: count, rejected, slowestMs, memoryMb: (peak - start) / 1e6, largestMb: largest / 1e6 };
}

/** With everything that was allocated since the last garbage collection. */
function allocatedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function usedBytes(): number {
  // With --expose-gc, garbage does not count.
  globalThis.gc?.();
  return allocatedBytes();
}
