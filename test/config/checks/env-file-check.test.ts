import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runValidate } from "../../../cli/commands/config.ts";
import { judgeEnvFile } from "../../../components/config/checks/env-file-check.ts";
import { renderEnvFile } from "../../../components/config/env-file.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { VARIABLES } from "../../../components/config/variables/index.ts";
import { filledRawConfig } from "../../support/filled-config.ts";

const config = parseConfig(filledRawConfig("package"));

/** The file of `config env` with the secrets filled in. */
const COMPLETE = renderEnvFile(config, { template: false }).replaceAll(
  /^# (GODOT_\w+): the generated secret (\S+)$/gm,
  (_, name: string, secret: string) => `${name}=${secret.padEnd(44, "x9")}`,
);

const rules = (text: string, mode?: number): string[] =>
  judgeEnvFile(config, { text, ...(mode === undefined ? {} : { mode }) }).check.findings.map(
    ({ subject, rule }) => `${subject} ${rule}`,
  );
const replace = (pattern: RegExp, line: string): string => COMPLETE.replace(pattern, line);

test("a complete file has all 119 variables and no finding", () => {
  expect(COMPLETE.match(/^GODOT_\w+=/gm)).toHaveLength(VARIABLES.size);
  expect(rules(COMPLETE, 0o600)).toEqual([]);
});

test.each([
  ["a missing variable", replace(/^GODOT_HTTP_PORT=.*\n/m, ""), "GODOT_HTTP_PORT is missing"],
  [
    "an invalid number",
    replace(/^GODOT_HTTP_PORT=.*/m, "GODOT_HTTP_PORT=99999"),
    "GODOT_HTTP_PORT must be a port from 1 to 65535",
  ],
  [
    "an invalid boolean",
    replace(/^GODOT_JWT_ENABLED=.*/m, "GODOT_JWT_ENABLED=yes"),
    "GODOT_JWT_ENABLED must be true or false",
  ],
  [
    "quotes",
    replace(/^GODOT_LOG_LEVEL=.*/m, 'GODOT_LOG_LEVEL="info"'),
    "GODOT_LOG_LEVEL must consist of letters, digits and . _ - / : , @ % + = *",
  ],
  [
    "a derived value that differs",
    replace(/^GODOT_PUBLIC_HOST=.*/m, "GODOT_PUBLIC_HOST=other.spacetime-vr.com"),
    /^GODOT_PUBLIC_HOST must be ".*", as the stack file sets it$/,
  ],
  [
    "an unknown variable",
    `${COMPLETE}GODOT_HTTP_PORTS=1\n`,
    "GODOT_HTTP_PORTS is not a variable of the game server",
  ],
  ["a variable that is set twice", `${COMPLETE}GODOT_LOG_LEVEL=info\n`, "GODOT_LOG_LEVEL is set twice"],
  ["a line that is no assignment", `${COMPLETE}export GODOT_X=1\n`, /^line \d+ is not NAME=value$/],
  ["a secret that is missing", replace(/^GODOT_API_TOKEN=.*\n/m, ""), "GODOT_API_TOKEN is missing"],
  [
    "a placeholder",
    replace(/^GODOT_API_TOKEN=.*/m, "GODOT_API_TOKEN=REPLACE_WITH_SECURE_TOKEN_0123456789"),
    "GODOT_API_TOKEN is a placeholder",
  ],
  [
    "a short secret",
    replace(/^GODOT_API_TOKEN=.*/m, "GODOT_API_TOKEN=abc"),
    "GODOT_API_TOKEN must have at least 32 characters",
  ],
])("%s is reported by name", (_, text, rule) => {
  expect(rules(text)).toEqual([rule instanceof RegExp ? expect.stringMatching(rule) : rule]);
});

test("two secrets with one value, and a file that others can read, are reported without the value", () => {
  const value = "shared-0123456789abcdef0123456789abcdef";
  const text = COMPLETE.replace(/^GODOT_API_TOKEN=.*/m, `GODOT_API_TOKEN=${value}`).replace(
    /^GODOT_JWT_SIGNING_KEY=.*/m,
    `GODOT_JWT_SIGNING_KEY=${value}`,
  );
  expect(rules(text, 0o644)).toEqual([
    "GODOT_API_TOKEN, GODOT_JWT_SIGNING_KEY have the same value",
    "the file contains secrets and is accessible to other users (mode 0644)",
  ]);
  expect(JSON.stringify(judgeEnvFile(config, { text }).check)).not.toContain(value);
});

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-env-file-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("config validate runs the 28 checks with the values of the file", () => {
  const { values } = filledRawConfig("package");
  const stack = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`spacetime-vr:${key}`, value]),
  );
  writeFileSync(join(directory, "Pulumi.package.yaml"), JSON.stringify({ config: stack }));
  const envFile = join(directory, "game.env");
  const validate = (text: string): { code: number; text: string } => {
    writeFileSync(envFile, text);
    chmodSync(envFile, 0o600);
    const written: string[] = [];
    const io = { stdout: (part: string) => void written.push(part), colour: false };
    return {
      code: runValidate({ environment: "package", directory, variablesFile: envFile }, io),
      text: written.join(""),
    };
  };
  expect(validate(COMPLETE)).toMatchObject({ code: 0, text: expect.stringContaining("all 29 checks pass") });
  const debug = validate(replace(/^GODOT_DEBUG_MODE=.*/m, "GODOT_DEBUG_MODE=true"));
  expect(debug.code).toBe(1);
  expect(debug.text).toMatch(/^FAIL {2}debug-flags/m);
  expect(() =>
    runValidate(
      { environment: "package", directory, variablesFile: join(directory, "none") },
      { stdout: () => undefined, colour: false },
    ),
  ).toThrow(/cannot be read \(ENOENT\)/);
});
