import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { formatProblem } from "../../../components/shared/errors.ts";
import { checkExport } from "../../../release/exports/check-export.ts";
import { CONTENT_CORRUPTIONS } from "./support/content-corruptions.ts";
import { PACK_CORRUPTIONS } from "./support/pack-corruptions.ts";

const CORRUPTIONS = [...PACK_CORRUPTIONS, ...CONTENT_CORRUPTIONS];

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-corrupt-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function problemsOf(): Promise<string[]> {
  const { checks, verdict } = await checkExport(directory);
  expect(verdict).toBe("failed");
  return checks
    .filter(({ status }) => status === "failed")
    .flatMap(({ problems }) => problems.map((problem) => formatProblem(problem)));
}

describe("an export is rejected, with a message that names the cause, because of", () => {
  test.each(CORRUPTIONS)("%s", async (_name, arrange, expected) => {
    arrange(directory);
    expect(await problemsOf()).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });
});

test("every corruption has a message of its own", async () => {
  const messages = new Map<string, string>();
  for (const [name, arrange, expected] of CORRUPTIONS) {
    arrange(directory);
    const message = (await problemsOf()).find((problem) => expected.test(problem)) ?? "";
    for (const file of readdirSync(directory)) rmSync(join(directory, file));
    expect([messages.get(message), name]).toEqual([undefined, name]);
    messages.set(message, name);
  }
  expect(messages.size).toBeGreaterThan(40);
});
