import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { evaluateChecklist } from "../../../checklist/evaluation/evaluate-checklist.ts";
import type { UpdateFacts } from "../../../checklist/evaluation/facts.ts";
import { REGISTRY } from "../../../checklist/evaluation/registry.ts";
import { readEvidence, writeEvidence } from "../../../checklist/evidence/evidence-files.ts";
import {
  createStatement,
  type EvidenceStatement,
  EXTENSION,
  statementText,
} from "../../../checklist/evidence/statement.ts";
import { type ExpectedSubjects, verifyEvidence } from "../../../checklist/evidence/verify-evidence.ts";
import { createReport } from "../../../checklist/report/checklist-report.ts";
import { signWithSsh } from "../../../checklist/signing/ssh-signature.ts";
import { describeWithTool } from "../../support/tools.ts";
import { knownGoodFacts, NOW } from "../support/facts.ts";

const UPDATE: UpdateFacts = {
  id: "20261128T100000Z",
  commit: "a".repeat(40),
  finishedAt: "2026-11-28T10:05:00.000Z",
  digest: "d".repeat(64),
};

describeWithTool("ssh-keygen", "evidence is bound to a release, a plan and an update", () => {
  let directory = "";
  let statement: EvidenceStatement;
  let text = "";
  let signature = "";
  let expected: ExpectedSubjects;
  let planDigest = "";

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "evidence-"));
    mkdirSync(join(directory, "records"));
    const key = join(directory, "ada");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key]);
    writeFileSync(
      join(directory, "records/allowed-signers"),
      `ada@example.org ${readFileSync(`${key}.pub`, "utf8")}`,
    );
    const facts = { ...(await knownGoodFacts()), update: UPDATE };
    const report = createReport(facts, evaluateChecklist(facts), REGISTRY);
    const releaseDigest = facts.binding.releaseDigest ?? "";
    planDigest = facts.binding.planDigest;
    statement = createStatement(report, {
      project: "spacetime-vr",
      signer: "ada@example.org",
      releaseDigest,
      configuration: [{ name: "policy/config.yaml", text: "levels" }],
    });
    text = statementText(statement);
    signature = signWithSsh(text, key, "evidence@spacetime-vr");
    expected = {
      release: releaseDigest,
      stack: "spacetime-vr/production",
      update: UPDATE.id,
      plan: planDigest,
    };
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const problemsOf = (
    change: { text?: string; signature?: string; expected?: Partial<ExpectedSubjects>; now?: Date } = {},
  ) =>
    verifyEvidence({
      text: change.text ?? text,
      signature: change.signature ?? signature,
      allowedSigners: join(directory, "records/allowed-signers"),
      expected: { ...expected, ...change.expected },
      now: change.now ?? NOW,
    }).checks.flatMap(({ title, problem }) => (problem === undefined ? [] : [title]));

  const resign = (change: (copy: EvidenceStatement) => void) => {
    const copy = structuredClone(statement);
    change(copy);
    const changed = statementText(copy);
    return {
      text: changed,
      signature: signWithSsh(changed, join(directory, "ada"), "evidence@spacetime-vr"),
    };
  };

  test("evidence of this release, plan and update is valid", () => {
    expect(problemsOf()).toEqual([]);
    expect(statement.predicate[EXTENSION].counts.pass).toBe(statement.predicate.passedTests.length);
    expect(statement.subject.map(({ name }) => name)).toEqual([
      "release",
      "plan/spacetime-vr/production",
      `stack-update/spacetime-vr/production/${UPDATE.id}`,
    ]);
  });

  test("evidence copied from another release, stack, update or plan fails", () => {
    expect(problemsOf({ expected: { release: "0".repeat(64) } })).toEqual(["It is about the release"]);
    expect(problemsOf({ expected: { stack: "spacetime-vr/staging" } })).toContain("It is about the stack");
    expect(problemsOf({ expected: { update: "20261127T100000Z" } })).toEqual(["It is about the update"]);
    expect(problemsOf({ expected: { plan: "0".repeat(64) } })).toEqual(["It is about the plan"]);
  });

  test("a changed byte anywhere is found", () => {
    for (let at = 0; at < text.length; at += Math.ceil(text.length / 25)) {
      const changed = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`;
      expect(problemsOf({ text: changed }).length).toBeGreaterThan(0);
    }
  });

  test("evidence signed again after a change is found if its parts disagree", () => {
    const passedToo = resign(({ predicate }) => {
      const [open] = predicate.failedTests;
      const item = predicate[EXTENSION].items.find(({ id }) => id === open);
      if (item !== undefined) item.verdict = "pass";
    });
    expect(problemsOf(passedToo)).toEqual(["The counts and lists agree with the items"]);
    const go = resign(({ predicate }) => {
      predicate[EXTENSION].decision = "go";
    });
    expect(problemsOf(go)).toEqual(["The counts and lists agree with the items"]);
    const relabelled = resign(({ predicate }) => {
      predicate[EXTENSION].stack = "spacetime-vr/staging";
      predicate[EXTENSION].environment = "staging";
    });
    expect(problemsOf({ ...relabelled, expected: { stack: "spacetime-vr/staging" } })).toContain(
      "It is about the stack",
    );
  });

  test("another format, another signer and a date in the future are found", () => {
    expect(problemsOf({ text: "{}" })).toEqual(["The file is evidence"]);
    const other = resign(({ predicate }) => {
      predicate[EXTENSION].signer = "bob@example.org";
    });
    expect(problemsOf(other)).toEqual(["The signature is valid"]);
    expect(problemsOf({ now: new Date("2026-11-01T00:00:00Z") })).toEqual(["The signature is valid"]);
  });

  test("stored evidence counts for its own release and plan only", () => {
    const [file] = writeEvidence(directory, statement, join(directory, "ada"));
    const options = { directory, environment: "production", project: "spacetime-vr", now: NOW } as const;
    const binding = { planDigest, releaseDigest: expected.release };
    const [found] = readEvidence(options, binding);
    expect(found).toMatchObject({ file, problems: [] });
    expect(found?.closed).toEqual(statement.predicate.passedTests);
    expect(readEvidence(options, { ...binding, releaseDigest: "0".repeat(64) })).toEqual([]);
    writeFileSync(join(directory, file), text.replace("FAILED", "PASSED"));
    expect(readEvidence(options, binding)[0]?.problems.length).toBeGreaterThan(0);
  });

  test("OpenSSH alone verifies it", () => {
    const files = writeEvidence(directory, statement, join(directory, "ada"));
    const verified = execFileSync(
      "ssh-keygen",
      [
        "-Y",
        "verify",
        "-f",
        "records/allowed-signers",
        "-I",
        "ada@example.org",
        "-n",
        "evidence@spacetime-vr",
        "-s",
        files[1],
      ],
      { cwd: directory, input: readFileSync(join(directory, files[0])), encoding: "utf8" },
    );
    expect(verified).toMatch(/^Good "evidence@spacetime-vr" signature/);
  });
});
