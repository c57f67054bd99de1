import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import type { Plan } from "../../plan/plan.ts";
import { formatResourceCount } from "../../plan/resource-tree.ts";
import { type CliResult, runCliInProcess, runCliProcess } from "../support/run-cli.ts";

const ROOT = process.cwd();
const MAIN = join(ROOT, "cli", "main.ts");

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "cli-"));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Any separate program. */
async function node(args: readonly string[], cwd = ROOT): Promise<Omit<CliResult, "stdout">> {
  const child = spawn(process.execPath, [...args], { cwd });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.resume();
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stderr };
}

const run = (...args: string[]): Promise<CliResult> => runCliProcess(ROOT, args);

/** The plan summary of a pull request; test/plan compares it with the actual plan. */
function goldenPlan(environment: Environment): Plan {
  return JSON.parse(readFileSync(join("test", "golden", `${environment}.json`), "utf8"));
}

describe("plan", () => {
  test("shows every environment with its resource count, as plain text off a terminal", async () => {
    const { exitCode, stdout, stderr } = await run("plan");
    const counts: string[] = [];
    for (const environment of ENVIRONMENTS) counts.push(formatResourceCount(goldenPlan(environment)));
    const last = stdout.trimEnd().split("\n").slice(-counts.length);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).not.toContain("\x1b");
    expect(last.map((line) => line.split(";")[0])).toEqual(counts);
  });

  test("--cost prints the monthly price by component, and counts what is unknown", async () => {
    const { exitCode, stdout, stderr } = await run("plan", "production", "--cost");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^production: at least \d+\.\d\d USD a month at list prices of us-east-1/);
    expect(stdout).toContain("cluster: EKS control plane");
    expect(stdout).toMatch(/per concurrent player \(192 at the minimum size\)/);
    expect(stdout).toMatch(/\d+ prices are unknown and not in the sum/);
  });

  test.each([
    ["--render", "out"],
    ["--graph", "out.svg"],
  ])("--cost with %s is rejected instead of writing nothing", async (option, value) => {
    const { exitCode, stderr } = await run("plan", "production", "--cost", option, value);
    expect(stderr).toMatch(new RegExp(`${option} is "${value}": cannot be combined with --cost`));
    expect(exitCode).toBe(2);
  });

  test("--json prints only the complete plan, even if it exceeds a pipe's buffer", async () => {
    const { exitCode, stdout, stderr } = await run("plan", "production", "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.length).toBeGreaterThan(64 * 1024);
    const { policy, ...plan } = JSON.parse(stdout);
    const resources = plan.resources.map(
      ({ dependencies: _, ...resource }: { readonly dependencies: unknown }) => resource,
    );
    // The committed plan leaves out the dependencies, which would triple its size.
    expect({ ...plan, resources }).toEqual(goldenPlan("production"));
    expect(policy).toMatchObject({ blocked: false });
  });

  test("--graph and --render can be combined with --json for one environment", async () => {
    const [picture, directory] = [join(scratch, "out.svg"), join(scratch, "rendered")];
    const { stdout, stderr } = await run(
      "plan",
      "package",
      "--graph",
      picture,
      "--render",
      directory,
      "--json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ environment: "package" });
    expect(readFileSync(picture, "utf8")).toMatch(/^<svg.+<\/svg>\n$/s);
    expect(readFileSync(join(directory, "kustomization.yaml"), "utf8")).toContain(
      "spacetime/deployment-gateway.yaml",
    );
    expect(stderr).toContain("secrets generate package --fill");
  });

  test("ends without an error when the reader closes the pipe", async () => {
    const child = spawn(process.execPath, [MAIN, "plan", "local"], { cwd: ROOT });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    const [exitCode] = await once(child, "close");
    expect([exitCode, stderr]).toEqual([0, ""]);
  });
});

describe("a usage error has exit code 2 and suggests the nearest valid name", () => {
  test.each([
    [["pln"], "Did you mean plan?"],
    [["plan", "--jsn"], "Did you mean --json?"],
    [["plan", "prodution"], "Did you mean production?"],
    [["plan", "--graph", "out.svg"], '--graph is "out.svg": needs exactly one environment'],
    [["plan", "local", "--graph", "out.png"], "must end in .svg"],
    [
      ["plan", "local", "--diff", "HEAD", "--render", "out"],
      '--render is "out": cannot be combined with --diff',
    ],
  ])("%j", async (args, message) => {
    const { exitCode, stdout, stderr } = await runCliInProcess(ROOT, args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("invalid config of several environments is reported in one error", async () => {
    for (const name of ["local", "staging"]) {
      cpSync(join(ROOT, `Pulumi.${name}.yaml`), join(scratch, `Pulumi.${name}.yaml`));
    }
    const staging = readFileSync(join(scratch, "Pulumi.staging.yaml"), "utf8");
    writeFileSync(
      join(scratch, "Pulumi.staging.yaml"),
      staging.replace("spacetime-vr:gateway:", "spacetime-vr:gatway:"),
    );
    const { exitCode, stderr } = await runCliInProcess(scratch, ["plan", "local", "staging", "package"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Did you mean gateway?");
    expect(stderr).toContain("Pulumi.package.yaml: does not exist");
    expect(stderr).not.toContain("local");
  });
});

describe("the launcher script", () => {
  const oldNode = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.1.0"})';

  test("runs the command with the packaged Node when the installed Node is too old", async () => {
    const launched = await node(["--import", oldNode, join("cli", "spacetime-vr.js"), "plan", "nowhere"]);
    expect(launched.exitCode).toBe(2);
    expect(launched.stderr).toContain("must be one of local, staging, production, package");
  });

  test("says what to install and exits with 3 when the installed Node is too old and none is packaged", async () => {
    const alone = join(scratch, "cli");
    mkdirSync(alone);
    writeFileSync(join(scratch, "package.json"), '{"type":"module"}');
    cpSync(join(ROOT, "cli", "spacetime-vr.js"), join(alone, "spacetime-vr.js"));
    const { exitCode, stderr } = await node(
      ["--import", oldNode, join(alone, "spacetime-vr.js"), "plan"],
      scratch,
    );
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringMatching(/^Node 20\.1\.0 is too old\. Install Node 24 .*\n$/),
    ]);
  });
});

test("a path after `npm run plan --` is relative to the directory of the caller", async () => {
  const caller = mkdtempSync(join(tmpdir(), "caller-"));
  try {
    const env = { ...process.env, npm_lifecycle_event: "plan", INIT_CWD: caller };
    const child = spawn(process.execPath, [MAIN, "plan", "package", "--graph", "plan.svg"], {
      cwd: ROOT,
      env,
    });
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    expect(existsSync(join(caller, "plan.svg"))).toBe(true);
  } finally {
    rmSync(caller, { recursive: true, force: true });
  }
});
