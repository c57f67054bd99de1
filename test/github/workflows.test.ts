import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readReport } from "../../.github/scripts/artifact-report.ts";
import { COMMENT_MARKER, parsePullRequestNumber, renderComment } from "../../.github/scripts/plan-comment.ts";
import { describeWithTool } from "../support/tools.ts";

const FILES = globSync(".github/workflows/*.yml").sort();
const ALL = [...FILES, ...globSync(".github/actions/*/action.yml")];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: { readonly "cancel-in-progress": boolean };
  readonly jobs: Record<string, Job>;
}

const workflow = (path: string): Workflow => parse(readFileSync(path, "utf8"));
const jobs = FILES.flatMap((path) =>
  Object.entries(workflow(path).jobs).map(([name, job]) => ({ title: `${path}: ${name}`, job })),
);
const steps = ALL.flatMap((path): Step[] => {
  const { jobs: found = {}, runs } = parse(readFileSync(path, "utf8"));
  return [...Object.values<Job>(found).flatMap((job) => job.steps ?? []), ...(runs?.steps ?? [])];
});

describe("workflows have the least privileges", () => {
  test.each(FILES)("%s has no permissions by default", (path) => {
    expect(workflow(path).permissions).toEqual({});
  });

  test.each(jobs)("$title declares its permissions and writes nothing except a comment", ({ job }) => {
    const writes = Object.entries(job.permissions ?? {}).filter(([, level]) => level === "write");
    expect(job.permissions).toBeDefined();
    expect(
      writes.map(([scope]) => scope).filter((scope) => scope !== "id-token" && scope !== "pull-requests"),
    ).toEqual([]);
  });

  test("code of a pull request has no credentials, except in reviewed environments for branches of this repository", () => {
    const { on, jobs: found } = workflow(".github/workflows/pull-request.yml");
    expect(Object.keys(on)).toEqual(["pull_request"]);
    expect(found.plan?.permissions).toEqual({ contents: "read" });
    expect(found.plan?.environment).toBeUndefined();
    expect(JSON.stringify(found.preview)).toContain("head.repo.full_name == github.repository");
    expect(FILES.filter((path) => "pull_request_target" in workflow(path).on)).toEqual([]);
  });

  test("an AWS role can be assumed only in a GitHub environment", () => {
    const asking = jobs.filter(
      ({ job }) => job.permissions?.["id-token"] === "write" && job.uses === undefined,
    );
    expect(asking.length).toBeGreaterThanOrEqual(4);
    for (const { job } of asking) expect(job.environment).toBeDefined();
  });

  test("no checkout persists its token", () => {
    for (const { uses, with: given } of steps.filter((step) => step.uses?.startsWith("actions/checkout@"))) {
      expect([uses, given?.["persist-credentials"]]).toEqual([uses, false]);
    }
  });
});

test("no shell command interpolates untrusted text: titles, branches and inputs are passed as variables", () => {
  const expressions = steps.flatMap(({ run = "" }) =>
    [...run.matchAll(/\$\{\{\s*([^}]+?)\s*\}\}/g)].map(([, text]) => text),
  );
  expect(expressions.filter((text) => text !== "matrix.environment")).toEqual([]);
});

test("every external action is pinned to a commit, with the version in a comment", () => {
  const lines = ALL.flatMap((path) => readFileSync(path, "utf8").match(/uses: [^\n]+/g) ?? []);
  const foreign = lines.filter((line) => !line.startsWith("uses: ./"));
  expect(foreign.length).toBeGreaterThan(10);
  for (const line of foreign)
    expect(line).toMatch(/^uses: [a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+(\.\d+\.\d+)?$/);
});

test("updates of a stack do not run concurrently and are not cancelled while they hold the lock", () => {
  for (const path of ["up", "rollback"].map((name) => `.github/workflows/${name}.yml`)) {
    expect(workflow(path).concurrency).toEqual({
      group: `stack-$\{{ inputs.environment }}`,
      "cancel-in-progress": false,
    });
  }
});

test("jobs that access the cluster, and no other jobs, run on the configured runner", () => {
  const chosen = jobs.filter(({ job }) => job["runs-on"]?.includes("vars.RUNNER"));
  const asking = jobs.filter(({ job }) => job.environment !== undefined && job.uses === undefined);
  expect(chosen.map(({ title }) => title)).toEqual(asking.map(({ title }) => title));
  expect(chosen.length).toBeGreaterThanOrEqual(4);
});

test("credentials last at least as long as their job and at most as long as the role allows", () => {
  const template = readFileSync("bootstrap/state-and-roles.yaml", "utf8");
  const longest = (role: string) =>
    [
      ...template.matchAll(
        new RegExp(`RoleName: spacetime-vr-ci-${role}-\\w+\\s+MaxSessionDuration: (\\d+)`, "g"),
      ),
    ].map(([, seconds]) => Number(seconds));
  for (const { title, job } of jobs) {
    const prepare = job.steps?.find(({ uses, with: given }) => uses?.endsWith("/prepare") && given?.role);
    if (prepare === undefined) continue;
    const seconds = Number(prepare.with?.seconds ?? 3600);
    expect([title, seconds]).toEqual([
      title,
      seconds >= (job["timeout-minutes"] ?? 360) * 60 ? seconds : "longer",
    ]);
    const role = /up\.yml|rollback\.yml/.test(title) ? "deploy" : "preview";
    expect(longest(role)).toEqual([seconds, seconds]);
  }
  expect(readFileSync(".github/actions/prepare/action.yml", "utf8")).toContain("role-duration-seconds:");
});

test("every job has a timeout", () => {
  for (const { job } of jobs.filter(({ job: found }) => found.uses === undefined)) {
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(110);
  }
});

describe("the plan comment of a pull request", () => {
  const report = (text: string) => ({ environment: "production", text });

  test("has each environment's summary line and a collapsed diff", () => {
    const body = renderComment(
      [report("production: 1 changed; 79 resources\n~  kubernetes:apps/v1:Deployment  gateway")],
      "https://run",
    );
    expect(body.startsWith(COMMENT_MARKER)).toBe(true);
    expect(body).toContain("<summary>production: 1 changed; 79 resources</summary>");
    expect(body).toContain("```diff\nproduction: 1 changed");
  });

  test("escapes the output of a fork's program", () => {
    const hostile = "production: <img src=x> @everyone\n```\n</details>\n# Approved\n`````\n\u202e\x1b[31m";
    const body = renderComment([report(hostile)], "https://run");
    const [, fence = ""] = /\n(`{3,})diff\n/.exec(body) ?? [];
    expect(fence).toHaveLength(6);
    expect(body.split(fence)).toHaveLength(3);
    expect(body.slice(0, body.indexOf(fence))).not.toContain("<img");
    for (const misleading of ["\u202e", "\x1b"]) expect(body).not.toContain(misleading);
    expect(body.slice(0, body.indexOf(fence))).not.toContain("@everyone");
  });

  test("stays below GitHub's size limit for diffs of any size", () => {
    const long = report("x".repeat(1_000_000));
    expect(renderComment([long, long, long, long], "https://run").length).toBeLessThan(65_536);
  });

  test.each(["", "0", "12; rm -rf /", "-1", "1e3", "99999999999"])(
    "rejects %j as a pull request number",
    (text) => {
      expect(parsePullRequestNumber(text)).toBeUndefined();
    },
  );

  test("accepts a valid pull request number", () => {
    expect(parsePullRequestNumber("42\n")).toBe(42);
  });
});

describe("an artifact of an untrusted run", () => {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-report-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("returns a file that exists, and undefined for a missing one", () => {
    writeFileSync(join(directory, "number"), "42\n");
    expect(readReport(directory, "number")).toBe("42\n");
    expect(readReport(directory, "local.diff")).toBeUndefined();
  });

  test("rejects a symbolic link, which could publish a file of the runner", () => {
    symlinkSync("/proc/self/environ", join(directory, "production.diff"));
    expect(() => readReport(directory, "production.diff")).toThrow("production.diff is not a regular file");
  });

  test("rejects a file that is too large", () => {
    writeFileSync(join(directory, "staging.diff"), Buffer.alloc(5_000_001));
    expect(() => readReport(directory, "staging.diff")).toThrow(
      "is not a regular file of at most 5000000 bytes",
    );
  });
});

describeWithTool("actionlint", "actionlint", (actionlint) => {
  test("reports no problem in the workflows", () => {
    const { stdout, status } = spawnSync(actionlint, ["-no-color", ...FILES], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });

  test("reports an interpolated title in a shell command", () => {
    const title = ["$", "{{ github.event.pull_request.title }}"].join("");
    const bad = `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${title}\n`;
    const { stdout } = spawnSync(actionlint, ["-no-color", "-"], { encoding: "utf8", input: bad });
    expect(stdout).toContain("potentially untrusted");
  });
});
