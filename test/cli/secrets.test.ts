import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
    expect(first.stdout).toMatch(/: 41 values created, 0 replaced, 0 kept/);
    expect(first.stdout).toContain(`Next: kubectl apply --server-side -k ${out}\n`);
    for (const name of readdirSync(join(values, "secrets")))
      expect(first.stdout).not.toContain(readFileSync(join(values, "secrets", name), "utf8"));
    const second = await run("secrets", "generate", "package", "--out", values, "--fill", out, "--json");
    const report = JSON.parse(second.stdout) as Record<string, readonly string[]>;
    expect([report.created, report.replaced, report.kept?.length]).toEqual([[], [], 41]);
    expect(report.filled).toHaveLength(11);
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
