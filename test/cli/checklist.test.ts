import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseLine } from "../../cli/commands/checklist/run.ts";
import { runCliInProcess } from "../support/run-cli.ts";
import { describeWithTools } from "../support/tools.ts";

const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const ITEM = "sign-off.package.devops-lead";

describeWithTools(["git", "ssh-keygen"], "the checklist on the command line", () => {
  let directory = "";
  let key = "";
  const run = (...args: readonly string[]) => runCliInProcess(directory, ["checklist", ...args]);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "checklist-"));
    for (const path of ["Pulumi.yaml", "Pulumi.production.yaml", "policy/config.yaml", ".gitignore"])
      cpSync(path, join(directory, path));
    const stackFile = join(directory, "Pulumi.production.yaml");
    writeFileSync(stackFile, readFileSync(stackFile, "utf8").replace(/sha256:0{64}/g, `sha256:${DIGEST}`));
    mkdirSync(join(directory, "records"));
    key = join(directory, "id_test");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key]);
    writeFileSync(
      join(directory, "records/allowed-signers"),
      `ada@example.org ${readFileSync(`${key}.pub`, "utf8")}`,
    );
    writeFileSync(
      join(directory, "records/people.yaml"),
      "people:\n  - id: ada@example.org\n    name: Ada\n    roles: [devops-lead, tech-lead]\n    contact: '+49 30 1'\nescalation:\n  - afterMinutes: 15\n    person: ada@example.org\n",
    );
    execFileSync("git", ["init", "-q"], { cwd: directory });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const identity = () => ["--signer", "ada@example.org", "--key", key];

  test("prints failed items, confidence and counts, and exits with 1 because example values are left", async () => {
    const { exitCode, stdout } = await run("production");
    expect(stdout).toContain("The platform owner has supplied every real value");
    expect(stdout).toMatch(/pre-deployment +\d+ of \d+ proven/);
    expect(stdout).toMatch(/production: \d+ items, \d+ fail, \d+ unproven/);
    expect(exitCode).toBe(1);
  });

  test("writes JSON, HTML, Markdown and OSCAL", async () => {
    const files = ["report.html", "report.md", "oscal.json"].map((name) => join(directory, name));
    const [html = "", markdown = "", oscal = ""] = files;
    const { stdout } = await run(
      "production",
      "--json",
      "--html",
      html,
      "--markdown",
      markdown,
      "--oscal",
      oscal,
    );
    const report = JSON.parse(stdout);
    expect(report.items.length).toBe(
      Object.values(report.counts as Record<string, number>).reduce((a, b) => a + b, 0),
    );
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
    expect(readFileSync(html, "utf8")).not.toMatch(/<script|https?:\/\/[^"]*\.(js|css)/);
    expect(readFileSync(markdown, "utf8")).toMatch(/^# Deployment checklist of production/);
    const results = JSON.parse(readFileSync(oscal, "utf8"))["assessment-results"].results[0];
    expect(results.findings.length).toBe(report.items.length - report.counts["not-applicable"]);
    for (const file of files) rmSync(file);
  });

  test("--go-no-go says what blocks", async () => {
    const { exitCode, stdout } = await run("production", "--go-no-go");
    expect(stdout).toMatch(/^NO-GO: production must not be deployed/);
    expect(stdout).toMatch(/Blocking items: \d\d/);
    expect(exitCode).toBe(1);
  });

  test("a signed item passes and a waived one is waived; both files are reported", async () => {
    const signed = await run(
      "sign-off",
      ITEM,
      "--environment",
      "production",
      ...identity(),
      "--evidence",
      "reviewed it",
    );
    expect(signed).toMatchObject({
      exitCode: 0,
      stdout: `records/production/sign-offs/${ITEM}.json\nrecords/production/sign-offs/${ITEM}.json.sig\n`,
    });
    const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const waived = await run(
      "waive",
      "pre.testing.load",
      "--environment",
      "production",
      ...identity(),
      "--owner",
      "ada@example.org",
      "--expires",
      expires,
      "--reason",
      "the load generators arrive soon",
    );
    expect(waived.exitCode).toBe(0);
    const { items } = JSON.parse((await run("production", "--json")).stdout) as {
      items: { id: string; verdict: string }[];
    };
    expect(items.find(({ id }) => id === ITEM)?.verdict).toBe("pass");
    expect(items.find(({ id }) => id === "pre.testing.load")?.verdict).toBe("waived");
  });

  test("a key that is not the signer's signs nothing, and an earlier record stays valid", async () => {
    const file = join(directory, "records/production/sign-offs", `${ITEM}.json`);
    const before = readFileSync(file, "utf8");
    const other = join(directory, "other-key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other]);
    for (const command of [
      ["sign-off", ITEM, "--environment", "production", "--evidence", "seen"],
      ["evidence", "production"],
    ]) {
      const { exitCode, stderr } = await run(...command, "--signer", "ada@example.org", "--key", other);
      expect(stderr).toMatch(
        /--key.*not accepted: it was not signed with a key of ada@example.org.*allowed-signers/s,
      );
      expect(exitCode).toBe(2);
    }
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(existsSync(join(directory, "records/production/evidence"))).toBe(false);
  });

  test.each(["", "two words", "ada\u001b[31m"])("%j is not an operator who can record a day", async (by) => {
    const { exitCode, stderr } = await run("run", "production", "--by", by);
    expect(stderr).toMatch(/--by.*must be an e-mail address or a name without spaces/);
    expect(exitCode).toBe(2);
    expect(existsSync(join(directory, ".spacetime-vr"))).toBe(false);
  });

  test("evidence that does not end is rejected and not read to its end", async () => {
    const verify = (file: string) =>
      run("verify", file, "--stack", "spacetime-vr/production", "--release", DIGEST);
    expect(await verify("/dev/zero")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is too large to be evidence"),
    });
  });

  test.each([
    [
      "a signer whom records/people.yaml does not name",
      ["sign-off", ITEM, "--as-eve"],
      /is not one of the people in records\/people.yaml.*docs\/checklist.md/,
    ],
    [
      "an unknown item",
      ["sign-off", "sign-off.package.devops-led"],
      /is not an item of the checklist\. .*devops-lead/,
    ],
    [
      "an item that a check verifies",
      ["sign-off", "pre.critical.env.environment-name"],
      /verified by a check/,
    ],
    ["a signer without the role", ["sign-off", "sign-off.package.qa-lead"], /must have the role qa-lead/],
  ])("%s is rejected", async (_, args, message) => {
    const eve = args.includes("--as-eve") ? ["--signer", "eve@example.org"] : [];
    const { exitCode, stderr } = await run(
      ...args.filter((arg) => arg !== "--as-eve"),
      "--environment",
      "production",
      ...identity(),
      ...eve,
      "--evidence",
      "reviewed it",
    );
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  test("a waiver that is too long or in the past is rejected", async () => {
    for (const expires of ["2020-01-01", "2099-01-01", "soon"]) {
      const { exitCode } = await run(
        "waive",
        "pre.testing.load",
        "--environment",
        "production",
        ...identity(),
        "--owner",
        "ada@example.org",
        "--expires",
        expires,
        "--reason",
        "the load generators arrive soon",
      );
      expect(exitCode).toBe(2);
    }
  });

  test("evidence is verified against its release and stack, without the repository", async () => {
    const { stdout, exitCode } = await run("evidence", "production", ...identity());
    expect(exitCode).toBe(0);
    const [file = ""] = stdout.split("\n");
    const elsewhere = mkdtempSync(join(tmpdir(), "auditor-"));
    for (const path of [file, `${file}.sig`, "records/allowed-signers"])
      cpSync(join(directory, path), join(elsewhere, path.split("/").at(-1) ?? ""));
    const copy = join(elsewhere, file.split("/").at(-1) ?? "");
    const verify = (release: string, stack: string) =>
      runCliInProcess(elsewhere, [
        "checklist",
        "verify",
        copy,
        "--release",
        release,
        "--stack",
        stack,
        "--allowed-signers",
        join(elsewhere, "allowed-signers"),
      ]);
    expect(await verify(DIGEST, "spacetime-vr/production")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("The evidence is valid."),
    });
    expect((await verify("0".repeat(64), "spacetime-vr/production")).exitCode).toBe(1);
    expect((await verify(DIGEST, "spacetime-vr/staging")).exitCode).toBe(1);
    expect((await verify("latest", "spacetime-vr/production")).exitCode).toBe(2);
    rmSync(elsewhere, { recursive: true });
  });

  test("a deployment day that has not started has no status", async () => {
    const { exitCode, stderr } = await run("run", "production", "--status");
    expect(stderr).toContain("has not started");
    expect(exitCode).toBe(2);
    expect(existsSync(join(directory, ".spacetime-vr"))).toBe(false);
  });

  test("options without --live are rejected", async () => {
    expect((await run("production", "--prometheus-url", "http://localhost:9090")).stderr).toContain(
      "has no effect without --live",
    );
  });
});

test("a typed line is an action, or a message what to type", () => {
  expect(parseLine("d")).toEqual({ kind: "done" });
  expect(parseLine("  F the update failed ")).toEqual({ kind: "failed", note: "the update failed" });
  expect(parseLine("s")).toBe("Type the reason after s.");
  expect(parseLine("done")).toMatch(/^Type d \(done\)/);
  expect(parseLine("")).toMatch(/^Type d \(done\)/);
});
