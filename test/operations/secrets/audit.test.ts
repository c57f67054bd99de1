import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  generatePrivateKey,
  issueCertificate,
  validityPeriod,
} from "../../../operations/certificates/issue-certificate.ts";
import { auditSecrets } from "../../../operations/secrets/audit/audit-secrets.ts";
import { runCliInProcess } from "../../support/run-cli.ts";
import { describeWithTool } from "../../support/tools.ts";

const DAY_MS = 86_400_000;
let project = "";
let directory = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "spacetime-vr-audit-"));
  directory = join(project, ".spacetime-vr", "secrets", "package");
  for (const part of ["secrets", "tls"]) mkdirSync(join(directory, part), { recursive: true });
  for (const name of ["api-token", "redis-password", "player-data-key"]) write(`secrets/${name}`, random());
});
afterEach(() => rmSync(project, { recursive: true }));

const random = (): string => randomBytes(32).toString("base64");

function write(file: string, text: string, mode = 0o600): void {
  writeFileSync(join(directory, file), text);
  chmodSync(join(directory, file), mode);
}

const audit = async (now?: number): Promise<string[]> =>
  (await auditSecrets(project, [], now)).findings.map(
    ({ subject, rule }) => `${subject.replaceAll(`${directory}/`, "")} ${rule}`,
  );

async function writeCertificate(lifetimeDays: number, ageDays: number): Promise<void> {
  const key = await generatePrivateKey({ kind: "ecdsa", curve: "P-256" });
  const spec = {
    subject: { commonName: "redis" },
    dnsNames: ["redis"],
    uses: ["server_auth"],
    isCa: false,
    ...validityPeriod(Date.now() - ageDays * DAY_MS, lifetimeDays * DAY_MS),
  };
  write("tls/redis.key", key);
  write("tls/redis.crt", await issueCertificate(spec, key));
}

describe("an audit", () => {
  test("of new random secrets and a valid certificate finds nothing", async () => {
    await writeCertificate(365, 1);
    expect(await audit()).toEqual([]);
    expect(await auditSecrets(project, [])).toMatchObject({ examined: 5, history: false });
  });

  test.each([
    ["a placeholder", "REPLACE_WITH_SECURE_TOKEN_0123456789abcdef", "is a placeholder"],
    ["a reference", "ref+generated://secrets-api-token/base64", "is a reference instead of a value"],
    ["a short value", "abc123", "is shorter than 32 characters"],
    ["a repeated value", "ab".repeat(30), "is weak: it has too few different characters to be random"],
    ["an empty file", "", "is empty"],
  ])("finds %s", async (_, text, rule) => {
    write("secrets/api-token", text);
    expect(await audit()).toEqual([`secrets/api-token ${rule}`]);
  });

  test("finds files that other users can read, and does not mind certificates", async () => {
    await writeCertificate(365, 1);
    chmodSync(join(directory, "secrets/api-token"), 0o640);
    chmodSync(join(directory, "tls/redis.crt"), 0o644);
    chmodSync(join(directory, "tls/redis.key"), 0o604);
    expect(await audit()).toEqual([
      "secrets/api-token is accessible to other users (mode 0640)",
      "tls/redis.key is accessible to other users (mode 0604)",
    ]);
  });

  test("finds values older than 90 days by the record, or by the file's time; a data key has no maximum age", async () => {
    const created = new Date(Date.now() - 91 * DAY_MS);
    write(
      "generated.json",
      JSON.stringify({ generators: { "secrets-api-token": { created: created.toISOString() } } }),
    );
    for (const name of ["redis-password", "player-data-key"])
      utimesSync(join(directory, "secrets", name), created, created);
    expect(await audit()).toEqual([
      "secrets/api-token is 91 days old (at most 90)",
      "secrets/redis-password is 91 days old (at most 90)",
    ]);
    expect(await audit(Date.now() - 2 * DAY_MS)).toEqual([]);
  });

  test("finds certificates that expire soon or have expired", async () => {
    await writeCertificate(90, 61);
    expect(await audit()).toEqual([expect.stringMatching(/^tls\/redis\.crt expires in (28|29) days$/)]);
    expect(await audit(Date.now() + 60 * DAY_MS)).toEqual([
      expect.stringMatching(/^tls\/redis\.crt expired on/),
    ]);
  });

  test("finds a value that two secrets or two environments share", async () => {
    const value = random();
    write("secrets/api-token", value);
    const other = join(project, ".spacetime-vr", "secrets", "local");
    mkdirSync(join(other, "secrets"), { recursive: true });
    writeFileSync(join(other, "secrets", "redis-password"), `${value}\n`, { mode: 0o600 });
    expect(await audit()).toEqual([
      `${join(other, "secrets", "redis-password")}, secrets/api-token have the same value`,
    ]);
  });

  test("without secrets is a usage error", async () => {
    await expect(auditSecrets(project, [tmpdir()])).rejects.toThrow(/has no secrets/);
  });
});

describeWithTool("git", "the git repository of the project", () => {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
      cwd: project,
      encoding: "utf8",
    });

  beforeEach(() => {
    git("init", "--quiet", "--initial-branch", "main");
    writeFileSync(join(project, ".gitignore"), ".spacetime-vr/\n");
    git("add", ".gitignore");
    git("commit", "--quiet", "--message", "first");
  });

  test("has no finding while the secrets are ignored and in no commit", async () => {
    expect(await audit()).toEqual([]);
  });

  test("is searched for values in plain text and in base64, in commits of deleted branches too", async () => {
    const [token, password] = [random(), random()];
    write("secrets/api-token", token);
    write("secrets/redis-password", password);
    git("checkout", "--quiet", "-b", "leak");
    writeFileSync(join(project, "config.txt"), `token = "${token}"\n`);
    git("add", "config.txt");
    git("commit", "--quiet", "--message", "leak");
    const commit = git("rev-parse", "--short", "HEAD").trim();
    writeFileSync(join(project, "secret.yaml"), `data: { p: ${Buffer.from(password).toString("base64")} }\n`);
    git("add", "secret.yaml");
    git("commit", "--quiet", "--message", "leak in base64");
    const found = await audit();
    expect(found).toContain(`secrets/api-token is in the git repository (${commit} config.txt)`);
    expect(found).toContainEqual(
      expect.stringMatching(/^secrets\/redis-password is in the git repository \(\w+ secret\.yaml\)$/),
    );
    expect(found).toHaveLength(2);
    git("checkout", "--quiet", "main");
    git("branch", "--quiet", "-D", "leak");
    expect(await audit()).toEqual([
      expect.stringMatching(/^secrets\/api-token is in the git repository \(object \w{12}\)$/),
      expect.stringMatching(/^secrets\/redis-password is in the git repository \(object \w{12}\)$/),
    ]);
  });

  test("must ignore the secrets", async () => {
    writeFileSync(join(project, ".gitignore"), "");
    expect(await audit()).toContain("secrets/api-token is not ignored by git");
  });

  test("makes the command exit with 1 and name the file, and never the value", async () => {
    const token = random();
    write("secrets/api-token", token, 0o644);
    const { exitCode, stdout, stderr } = await runCliInProcess(project, ["secrets", "audit"]);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("api-token: is accessible to other users (mode 0644). Run chmod 600");
    expect(stdout).toMatch(/^3 secrets, keys and certificates and the git history: 1 findings$/m);
    expect(stdout).not.toContain(token);
    chmodSync(join(directory, "secrets/api-token"), 0o600);
    expect(await runCliInProcess(project, ["secrets", "audit", "--json"])).toMatchObject({ exitCode: 0 });
  });
});
