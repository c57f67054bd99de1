import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { suiteReportSchema } from "../../probes/report/suite-report.ts";
import { startTestDeployment, type TestDeployment } from "../probes/support/test-deployment.ts";
import { API_TOKEN, SCRAPE_TOKEN } from "../reference-server/support/test-server.ts";
import { type CliResult, runCliInProcess, runCliProcess } from "../support/run-cli.ts";

let healthyWorld: TestDeployment;
let faultyWorld: TestDeployment;

beforeAll(async () => {
  // The speed of this machine is not tested, so the alert limits are set wide.
  healthyWorld = await startTestDeployment();
  faultyWorld = await startTestDeployment(["no-auth", "no-rate-limit"]);
  for (const { directory } of [healthyWorld, faultyWorld])
    cpSync("Pulumi.yaml", join(directory, "Pulumi.yaml"));
});
afterAll(() => Promise.all([healthyWorld.stop(), faultyWorld.stop()]));

/** The output of no command may contain one of these, or a token that the server issued. */
const SECRET_PATTERN = new RegExp(`${API_TOKEN}|${SCRAPE_TOKEN}|eyJ[\\w-]{8,}\\.`);

async function run(directory: string, ...args: string[]): Promise<CliResult> {
  const ended = await runCliInProcess(directory, args);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(SECRET_PATTERN);
  return ended;
}

describe("the verify command", () => {
  afterEach(() => {
    delete process.env.SPACETIME_VR_API_TOKEN;
  });

  test("prints ten lines and the verdict, as plain text when it is not a terminal, and exits with 0", async () => {
    const { exitCode, stdout, stderr } = await runCliProcess(healthyWorld.directory, ["verify", "local"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).not.toMatch(SECRET_PATTERN);
    expect(stdout).toMatch(/^10 of 10 passed in .*: deployment successful$/m);
    expect(stdout.match(/^ {2}✓ /gm)).toHaveLength(10);
    expect(stdout).not.toContain("\x1b");
  });

  test("--json prints only the report; a failed check is named and the exit code is 1", async () => {
    const { exitCode, stdout } = await run(faultyWorld.directory, "verify", "local", "--json");
    const report = suiteReportSchema.parse(JSON.parse(stdout));
    const failed = report.checks.filter(({ verdict }) => verdict.outcome === "fail").map(({ name }) => name);
    expect([exitCode, report.verdict]).toEqual([1, "partial"]);
    expect(failed).toEqual(expect.arrayContaining(["authentication", "rate-limiting"]));
  });

  test("writes the HTML page that is named, and accepts a URL with the token in the environment", async () => {
    const { target, directory } = healthyWorld;
    const page = join(directory, "verify.html");
    const options = ["--ca-file", target.local?.authorityFile ?? "", "--telemetry-url", target.telemetryUrl];
    const url = target.url.replace("127.0.0.1", "localhost");
    process.env.SPACETIME_VR_API_TOKEN = API_TOKEN;
    const { exitCode, stdout, stderr } = await run(directory, "verify", url, "--html", page, ...options);
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      expect.stringContaining("successful"),
      `${page}: the report as a page\n`,
    ]);
    expect(readFileSync(page, "utf8")).toContain("successful: 10 of 10 passed");
  });

  test("without a token names the variable to set, and no check passes", async () => {
    const { target, directory } = healthyWorld;
    const options = ["--ca-file", target.local?.authorityFile ?? "", "--telemetry-url", target.telemetryUrl];
    const { exitCode, stdout } = await run(directory, "verify", target.url, ...options);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/SPACETIME_VR_API_TOKEN.*--token-file/);
  });
});

test("health writes its HTML page by default, with the history of earlier runs", async () => {
  const { directory } = healthyWorld;
  const state = join(directory, ".spacetime-vr", "local");
  await run(directory, "health", "local");
  const { stderr } = await run(directory, "health", "local");
  expect(stderr).toContain(join(state, "health.html"));
  expect(readFileSync(join(state, "health.html"), "utf8")).toContain("History");
  expect(existsSync(join(state, "health"))).toBe(true);
});

test.each([
  ["no target", ["verify"]],
  ["an unknown environment", ["smoke", "prodution"]],
  ["a plain http URL of another machine", ["smoke", "http://play.example.org"]],
  ["an invalid timeout", ["features", "local", "--timeout", "soon"]],
])("%s is a usage error with exit code 2", async (_title, args) => {
  expect(await run(healthyWorld.directory, ...args)).toMatchObject({ exitCode: 2, stdout: "" });
});

test("a missing kubectl is named with exit code 3 when the target is a cluster", async () => {
  const { exitCode, stderr } = await runCliProcess(process.cwd(), ["verify", "production"], {
    PATH: "/nowhere",
  });
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/kubectl not found\. Install it/)]);
});

test.each(["verify", "smoke", "health", "features"])("%s has a help text", async (suite) => {
  const { exitCode, stdout } = await run(process.cwd(), suite, "--help");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Exit codes: 0")]);
});
