import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCliInProcess } from "../support/run-cli.ts";

let parent = "";
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "spacetime-vr-secrets-"));
});
afterAll(() => rmSync(parent, { recursive: true }));

const run = (...args: readonly string[]) => runCliInProcess(process.cwd(), args);

describe("secrets generate", () => {
  test("fills in rendered manifests, names files only, and keeps the values of a second run", async () => {
    const [out, values] = [join(parent, "out"), join(parent, "values")];
    const rendered = await run("plan", "package", "--render", out);
    expect(rendered.stderr).toContain(`secrets generate package --fill ${out}`);
    const first = await run("secrets", "generate", "package", "--out", values, "--fill", out);
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(/: 43 values created, 0 replaced, 0 kept/);
    expect(first.stdout).toContain(`Next: kubectl apply --server-side -k ${out}\n`);
    for (const name of readdirSync(join(values, "secrets")))
      expect(first.stdout).not.toContain(readFileSync(join(values, "secrets", name), "utf8"));
    const second = await run("secrets", "generate", "package", "--out", values, "--fill", out, "--json");
    const report = JSON.parse(second.stdout) as Record<string, readonly string[]>;
    expect([report.created, report.replaced, report.kept?.length]).toEqual([[], [], 43]);
    expect(report.filled).toHaveLength(12);
  });

  test.each(["staging", "production"])(
    "is a usage error for %s, whose secrets Pulumi generates",
    async (environment) => {
      const out = join(parent, environment);
      const { exitCode, stderr, stdout } = await run("secrets", "generate", environment, "--out", out);
      expect([exitCode, stdout, existsSync(out)]).toEqual([2, "", false]);
      expect(stderr).toContain(`Deploy it with "up ${environment}"`);
    },
  );

  test("is a usage error for a directory that was not rendered", async () => {
    const { exitCode, stderr } = await run(
      "secrets",
      "generate",
      "package",
      "--fill",
      parent,
      "--out",
      join(parent, "x"),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("has no complete rendering. Run: plan <environment> --render");
  });
});

describe("secrets rotate", () => {
  test("that cannot write the values leaves the stack file as it was, so that the next attempt does not skip a version", async () => {
    const project = join(parent, "project");
    mkdirSync(project);
    for (const path of ["Pulumi.yaml", "Pulumi.package.yaml"]) cpSync(path, join(project, path));
    const stackFile = join(project, "Pulumi.package.yaml");
    const before = readFileSync(stackFile, "utf8");
    const values = join(parent, "rotated");
    const rotate = (out: string) =>
      runCliInProcess(project, ["secrets", "rotate", "package", "redis-password", "--out", out]);
    const rejected = await rotate(project);
    expect(rejected).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("contains other files") });
    expect(rejected.stderr).not.toContain("version");
    expect(readFileSync(stackFile, "utf8")).toBe(before);
    expect(await rotate(values)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("version 2") });
    expect(readFileSync(stackFile, "utf8")).toContain("redis-password: 2");
  });
});
