import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ReleaseVerification, verifyRelease } from "../../../release/verification/verify-release.ts";
import {
  createKeyPair,
  type KeyPair,
  ROOT,
  type Tampering,
  writeSampleRelease,
} from "../support/sample-release.ts";
import { type Format, TAMPERED_AND_SIGNED, TAMPERED_ON_THE_WAY } from "./tampering-cases.ts";

let scratch = "";
let publisher: KeyPair;
let other: KeyPair;
let count = 0;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-release-"));
  publisher = await createKeyPair(scratch, "publisher");
  other = await createKeyPair(scratch, "other");
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function verifyTampered(tampering: Tampering, format: Format = "tar.gz", signer = publisher) {
  count += 1;
  const directory = join(scratch, String(count));
  await writeSampleRelease(directory, signer.privateKey, tampering);
  return verifyRelease(join(directory, `${ROOT}.${format}`), publisher.publicKeyFile);
}

/** Every problem as `check: subject: rule`. */
function problemsOf({ checks }: ReleaseVerification): string[] {
  return checks.flatMap(({ id, problems }) =>
    problems.map(({ subject, rule }) => `${id}: ${subject}: ${rule}`),
  );
}

describe("a receiver trusts only an untouched release of the publisher", () => {
  test.each<Format>(["tar.gz", "zip"])("a valid %s passes every check", async (format) => {
    const report = await verifyTampered({}, format);
    expect(problemsOf(report)).toEqual([]);
    expect(report).toMatchObject({
      verdict: "valid",
      version: "2.5.0",
      signedBy: expect.stringMatching(/^[0-9A-F]{40}$/),
    });
    expect(report.checks.every(({ status }) => status === "passed")).toBe(true);
  });

  test.each(TAMPERED_ON_THE_WAY)(
    "%s: the release is invalid, with the reason",
    async (_title, directory, problem) => {
      const report = await verifyTampered({ directory });
      expect(report.verdict).toBe("invalid");
      expect(problemsOf(report)).toContainEqual(expect.stringMatching(problem));
    },
  );

  test("signed by another key: the release is invalid, and the key is named", async () => {
    const report = await verifyTampered({}, "tar.gz", other);
    expect(problemsOf(report)).toEqual([
      expect.stringMatching(/^signature: .*: was made by another key \([0-9A-F]{16}\)$/),
    ]);
    expect(report).toMatchObject({ verdict: "invalid", signedBy: undefined });
  });

  test.each(TAMPERED_AND_SIGNED)(
    "%s (%s): the release is invalid, with the reason",
    async (_title, format, tampering, problem) => {
      const report = await verifyTampered(tampering, format);
      expect(report.verdict).toBe("invalid");
      expect(problemsOf(report)).toContainEqual(expect.stringMatching(problem));
      expect(report.checks.find(({ id }) => id === "signature")?.status).toBe("passed");
    },
  );

  test("every kind of tampering has its own message", () => {
    const messages = new Set(
      [...TAMPERED_ON_THE_WAY, ...TAMPERED_AND_SIGNED].map((row) => String(row.at(-1))),
    );
    expect(messages.size).toBeGreaterThanOrEqual(20);
  });
});
