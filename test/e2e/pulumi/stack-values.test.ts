import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseYaml } from "../../../components/config/stack-file/parse-yaml.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { ensureEngineBinaries } from "../engine/engine-binaries.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;

/** Scalars of one run; a run takes seconds per 100 000. */
const COUNT = Number(process.env.STACK_VALUES_COUNT ?? 200_000);

/** Characters and pieces of which numbers, times, versions, sizes and addresses are made. */
const PIECES = [
  "0",
  "1",
  "7",
  "8",
  "9",
  "00",
  "12",
  "2026",
  "-",
  "+",
  ".",
  "_",
  ":",
  "T",
  "t",
  "Z",
  "e",
  "E",
  "x",
  "b",
  "o",
  "a",
].concat([
  "0x",
  "0b",
  "0o",
  "-01-",
  "-12-",
  "T08:00:00",
  "08:00",
  "inf",
  "nan",
  "~",
  "null",
  "true",
  "yes",
  "Gi",
  "/8",
  "é",
]);

/** Pieces of collections, quotes, blocks, anchors, merge keys and comments; a value may continue on further lines. */
const STRUCTURE_PIECES = [
  ..."ab1~:,{}[]|>#!%@\\\"'0- \t".split(""),
  ...['"x"', "'y'", "true", "null", ": ", "<<", "<<: ", "&q ", "*q", "? ", "- ", "|-", "|2", "|+", " #"],
  ...[
    "\n      ",
    "\n        ",
    "|\n        ",
    "\\\n",
    "!!str ",
    "k: ",
    "m: ",
    "<<: *q",
    "<<: {a: 1}",
    "{}",
    "[]",
  ],
  ...["&q {a: 1}", "--- ", "...", "\u00a0", "é"],
];

/** A seeded generator (mulberry32), so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function generateValues(pieces: readonly string[], maxPieces: number, seed: number, count: number): string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () =>
    Array.from(
      { length: 1 + Math.floor(random() * maxPieces) },
      () => pieces[Math.floor(random() * pieces.length)],
    ).join(""),
  );
}

/**
 * The JSON of a value as the product's own loader reads it; undefined if the loader rejects it, or if it has added keys of its own to the
 * mapping around the value.
 */
function readHere(value: string): string | undefined {
  try {
    const text = `config:\n  p:k:\n    value: ${value}\n`;
    const content = parseYaml(text, "Pulumi.test.yaml", "pulumi") as StackFileContent;
    const around = [content, content.config, content.config["p:k"]];
    if (around.some((mapping) => Object.keys(mapping).length !== 1)) return undefined;
    return JSON.stringify(sortKeys(content.config["p:k"].value));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

interface StackFileContent {
  readonly config: { readonly "p:k": { readonly value: unknown } };
}

describe("a stack file that passes the product's loader has the same values in Pulumi's", () => {
  let directory: string;
  let loader: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "stack-values-"));
    loader = (await ensureEngineBinaries()).stackValues;
  }, BUILD_TIMEOUT_MS);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const readByPulumi = (scalars: readonly string[]): string[] => {
    const input = join(directory, "scalars");
    writeFileSync(input, `${scalars.map((scalar) => JSON.stringify(scalar)).join("\n")}\n`);
    const run = spawnSync("sh", ["-c", 'exec "$0" < "$1"', loader, input], {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (line === "error" ? line : JSON.stringify(sortKeys(JSON.parse(line)))));
  };

  test.each<[number, string, readonly string[], number, number]>([
    [COUNT, "scalars", PIECES, 6, 0.33],
    [COUNT / 4, "structures", STRUCTURE_PIECES, 9, 0.15],
  ])(
    "%i generated %s",
    (count, _kind, pieces, maxPieces, minAccepted) => {
      const seed = Number(process.env.STACK_VALUES_SEED ?? 20261127);
      const values = generateValues(pieces, maxPieces, seed, count);
      const theirs = readByPulumi(values);
      const ours = values.map(readHere);
      const different = values.flatMap((value, index) => {
        const [here, there] = [ours[index], theirs[index]];
        return here === undefined || here === there ? [] : [`${value}: ${here} here, ${there} in Pulumi`];
      });
      // A value that Pulumi rejects is reported by Pulumi; one that it reads differently is not.
      const silent = different.filter((difference) => !difference.endsWith("error in Pulumi"));
      expect(silent.slice(0, 20)).toEqual([]);
      expect(different.length).toBeLessThanOrEqual(count / 10_000);
      // The guard must not reject everything to be right.
      expect(ours.filter((value) => value !== undefined).length).toBeGreaterThan(count * minAccepted);
    },
    600_000,
  );

  test("values that people write are accepted", () => {
    const written = [
      "10.0.0.0/16",
      "500m",
      "1Gi",
      "4vCPU",
      "1.30.2",
      "v1.36",
      "eu-central-1",
      "0.5",
      "17",
      "-3",
      "true",
      "12h",
      "res://vr_main.tscn",
    ];
    expect(written.map(readHere)).toEqual(readByPulumi(written));
    expect(written.map(readHere)).not.toContain(undefined);
  });
});
