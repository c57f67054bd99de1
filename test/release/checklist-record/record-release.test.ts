import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readReleaseRecord } from "../../../checklist/facts/state-files.ts";
import { RELEASE_CHECKS } from "../../../checklist/static-checks/release-checks.ts";
import {
  recordBuild,
  recordTrial,
  recordVerifiedRelease,
} from "../../../release/checklist-record/record-release.ts";
import {
  mergeReleaseRecord,
  recordExportChecks,
  recordMetadata,
} from "../../../release/checklist-record/release-checks.ts";
import type {
  ExportCheck,
  ExportCheckId,
  ExportCheckStatus,
} from "../../../release/exports/export-report.ts";
import {
  type ReleaseCheckId,
  type ReleaseVerification,
  RELEASE_CHECKS as VERIFICATION_CHECKS,
} from "../../../release/verification/verify-release.ts";

const DIGEST = "1".repeat(64);

const PRESETS = `[preset.0]
name="Windows"
platform="Windows Desktop"

[preset.0.options]
application/product_version="2.5.0.0"
application/company_name="SpaceTime"
application/product_name="SpaceTime VR"
application/file_description=""
`;

const exportCheck = (id: ExportCheckId, status: ExportCheckStatus = "passed"): ExportCheck => ({
  id,
  title: `The ${id} is right`,
  status,
  detail: "measured",
  problems: [],
  moreProblems: 0,
});
const ALL: readonly ExportCheckId[] = [
  "executable",
  "template",
  "pack",
  "digests",
  "autoloads",
  "size",
  "contents",
];

let directory: string;
let build: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "record-release-"));
  build = join(directory, "build");
  mkdirSync(build);
  writeFileSync(join(build, "export_presets.cfg"), PRESETS);
  // An ELF header is enough to be listed as a server.
  writeFileSync(
    join(build, "server.x86_64"),
    Buffer.from(`\u007fELF\u0002\u0001\u0001${"\0".repeat(57)}`, "latin1"),
  );
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const built = (change: { readonly builtTwice?: boolean; readonly digest?: string } = {}) =>
  recordBuild({
    directory,
    exportDirectory: build,
    exportReport: JSON.stringify({ checks: ALL.map((id) => exportCheck(id)) }),
    version: "2.5.0",
    artifacts: [{ name: "spacetime-vr-v2.5.0.tar.gz", sha256: change.digest ?? DIGEST }],
    builtTwice: change.builtTwice ?? true,
  });

function verification(failed: readonly ReleaseCheckId[] = []): ReleaseVerification {
  const problem = { subject: "SHA256SUMS", rule: "is not signed by this key", remedy: "Get the key again." };
  const ids = Object.keys(VERIFICATION_CHECKS) as ReleaseCheckId[];
  return {
    archive: "a",
    verdict: failed.length === 0 ? "valid" : "invalid",
    signedBy: "AAAA",
    signedAt: undefined,
    version: "2.5.0",
    commit: undefined,
    checks: ids.map((id) => ({
      id,
      title: VERIFICATION_CHECKS[id],
      status: failed.includes(id) ? "failed" : "passed",
      problems: failed.includes(id) ? [problem] : [],
    })),
  };
}

function verified(failed: readonly ReleaseCheckId[] = []): void {
  writeFileSync(join(directory, "SHA256SUMS"), `${DIGEST}  spacetime-vr-v2.5.0.tar.gz\n`);
  recordVerifiedRelease(directory, directory, verification(failed));
}

/** How the checklist judges the recorded release. */
function judgements(): Record<string, string> {
  const { content: release, problems } = readReleaseRecord(directory);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    RELEASE_CHECKS.map((check) => {
      const outcome = check.run({ release } as Parameters<typeof check.run>[0], []);
      const verdict = outcome.kind === "missing" ? "unproven" : outcome.problems.length > 0 ? "fail" : "pass";
      return [`${check.name} ${check.finding ?? ""}`.trim(), verdict];
    }),
  );
}

test("trying, building and verifying a release answers every item about it", async () => {
  await recordTrial(directory, build, []);
  await built();
  verified();
  expect(judgements()).toEqual({
    "release/executable": "pass",
    "release/size": "pass",
    "release/export-metadata version": "pass",
    "release/export-metadata company": "pass",
    "release/export-metadata product": "pass",
    "release/export-metadata description": "fail",
    "release/server-build": "pass",
    "release/no-log-files": "pass",
    "release/signature": "pass",
    "release/reproducible": "pass",
    "release/checksums": "pass",
    "release/checksums as-tried": "pass",
  });
});

test("what was not done stays unproven: a trial, a second build, a verification", async () => {
  await built({ builtTwice: false });
  expect(judgements()).toMatchObject({
    "release/executable": "pass",
    "release/reproducible": "unproven",
    "release/signature": "unproven",
    "release/checksums": "unproven",
    "release/checksums as-tried": "unproven",
  });
});

test("a server that was changed after it was tried fails", async () => {
  await recordTrial(directory, build, []);
  writeFileSync(
    join(build, "server.x86_64"),
    Buffer.concat([readFileSync(join(build, "server.x86_64")), Buffer.of(1)]),
  );
  await built();
  expect(judgements()["release/checksums as-tried"]).toBe("fail");
});

test("a wrong signature fails; a release with another digest starts a new record", async () => {
  await built();
  verified(["signature"]);
  expect(judgements()["release/signature"]).toBe("fail");
  await built({ digest: "2".repeat(64) });
  expect(judgements()["release/signature"]).toBe("unproven");
});

describe("the checks of an export", () => {
  test.each([
    ["failed", "fail"],
    ["warning", "fail"],
    ["unproven", "unproven"],
    ["skipped", "unproven"],
  ] as const)("one with the status %s is recorded as %s", (status, expected) => {
    const [size] = recordExportChecks([exportCheck("size", status)]);
    expect(size === undefined ? "unproven" : size.problems.length > 0 ? "fail" : "pass").toBe(expected);
  });

  test("of a server build count only together", () => {
    expect(recordExportChecks([exportCheck("pack")])).toEqual([]);
  });

  test("presets without Windows have no metadata", () => {
    expect(recordMetadata(undefined)).toEqual([]);
    expect(recordMetadata('[preset.0]\nname="Linux"\nplatform="Linux"\n\n[preset.0.options]\n')).toEqual([]);
  });
});

test("a later check of the same release replaces only its own earlier result", () => {
  const at = { release: "2.5.0", payloadDigest: DIGEST, checkedAt: "2026-11-28T12:00:00Z" };
  const check = (name: string, problems: string[] = []) => ({ name, subjects: 1, problems });
  const first = mergeReleaseRecord(undefined, {
    ...at,
    checks: [check("release/size"), check("release/signature")],
  });
  const second = mergeReleaseRecord(first, { ...at, checks: [check("release/size", ["too small"])] });
  expect(second.checks).toEqual([check("release/signature"), check("release/size", ["too small"])]);
});
