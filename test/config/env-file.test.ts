import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Config } from "../../components/config/config.ts";
import { renderEnvFile } from "../../components/config/env-file.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { arbitraryRawConfig } from "../support/arbitrary-config.ts";
import { filledRawConfig } from "../support/filled-config.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The plaintext variables of a config, as the server must receive them. */
function plainVariables({ variables }: Config): Record<string, string> {
  return Object.fromEntries(
    [...variables].flatMap(([name, variable]) => (variable.kind === "plain" ? [[name, variable.value]] : [])),
  );
}

/** Parses an environment file as a POSIX shell does. */
function parseWithShell(text: string): Record<string, string> {
  const file = join(directory, ".env");
  writeFileSync(file, text);
  const script = `set -a; . '${file}'; exec '${process.execPath}' -p 'JSON.stringify(process.env)'`;
  const { stdout, stderr, status } = spawnSync("sh", ["-c", script], { env: {}, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const all = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return Object.fromEntries(all.filter(([name]) => name.startsWith("GODOT_")));
}

/**
 * Parses an environment file as Docker does: each line is a comment, or a name, an equals sign and the literal value.
 */
function parseLikeDocker(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

const posixTest = process.platform === "win32" ? test.skip : test;

describe("the environment file", () => {
  posixTest.each(ENVIRONMENTS)(
    "of %s gives a server started by a shell exactly its settings",
    (environment) => {
      const config = parseConfig(filledRawConfig(environment));
      expect(parseWithShell(renderEnvFile(config, { template: false }))).toEqual(plainVariables(config));
    },
  );

  posixTest("gives a shell the same whatever the settings are", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const config = parseConfig(raw);
        expect(parseWithShell(renderEnvFile(config, { template: false }))).toEqual(plainVariables(config));
      }),
      { numRuns: 15 },
    );
  });

  test("has the same values when read by Docker, which knows no quotes, and nothing that systemd would unquote", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const config = parseConfig(raw);
        const text = renderEnvFile(config, { template: false });
        expect(parseLikeDocker(text)).toEqual(plainVariables(config));
        for (const line of text.split("\n")) expect(line).toMatch(/^(#.*|[A-Z0-9_]+=[^\s"'\\$`#;~]*|)$/);
      }),
      { numRuns: 50 },
    );
  });

  test("says where each secret comes from and contains no secret value", () => {
    const text = renderEnvFile(parseConfig(filledRawConfig("production")), { template: false });
    expect(text).toContain("# GODOT_JWT_SIGNING_KEY: the generated secret jwt-signing-key\n");
    expect(text).not.toMatch(/^GODOT_JWT_SIGNING_KEY=/m);
  });
});

describe("the template of the environment file", () => {
  const config = parseConfig(filledRawConfig("production"));
  const text = renderEnvFile(config, { template: true });

  test("assigns all 119 variables, with empty values for the secrets", () => {
    const assigned = parseLikeDocker(text);
    expect(Object.keys(assigned)).toHaveLength(119);
    expect(assigned.GODOT_API_TOKEN).toBe("");
    expect(assigned).toMatchObject(plainVariables(config));
  });

  test("explains each variable on lines that fit on a terminal", () => {
    for (const [name, { definition }] of config.variables) {
      expect({
        name,
        explained: text.includes(definition.description.split(" ").slice(0, 4).join(" ")),
      }).toEqual({
        name,
        explained: true,
      });
    }
    for (const line of text.split("\n").filter((row) => row.startsWith("#"))) {
      expect(line.length).toBeLessThanOrEqual(110);
    }
  });
});
