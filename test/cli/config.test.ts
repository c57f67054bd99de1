import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { configCommand, runDocs, runEnv, runValidate } from "../../cli/commands/config.ts";
import { CHECKS } from "../../components/config/checks/index.ts";
import { renderConfigReference } from "../../components/config/config-reference.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { filledRawConfig, type Values } from "../support/filled-config.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes a stack file with its placeholders filled in and runs a command on it. */
function runConfigCommand(
  environment: Environment,
  command: (io: { stdout: (text: string) => void; colour: boolean }) => number,
  change?: (values: Values) => void,
  colour = false,
): { readonly code: number; readonly text: string } {
  const { values } = filledRawConfig(environment, change);
  const config = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`spacetime-vr:${key}`, value]),
  );
  writeFileSync(join(directory, `Pulumi.${environment}.yaml`), JSON.stringify({ config }));
  const written: string[] = [];
  const code = command({ stdout: (text) => void written.push(text), colour });
  return { code, text: written.join("") };
}

const disableJwt = (values: Values): void => {
  values.gameServer.variables = { GODOT_JWT_ENABLED: false };
};

describe("config validate", () => {
  const validate = (json: boolean) => (io: Parameters<typeof runValidate>[1]) =>
    runValidate({ environment: "staging", directory, json }, io);

  test("exits with 0 and lists every check when the environment is ready", () => {
    const { code, text } = runConfigCommand("staging", validate(false));
    expect(code).toBe(0);
    expect(text.match(/^pass {2}/gm)).toHaveLength(28);
    expect(text).toMatch(/staging is ready: all 28 checks pass\n$/);
  });

  test("exits with 1 and prints a remedy for each failed check when it is not", () => {
    const { code, text } = runConfigCommand("staging", validate(false), disableJwt);
    expect(code).toBe(1);
    expect(text).toContain("FAIL  jwt ");
    expect(text).toContain(
      '- spacetime-vr:gameServer.variables.GODOT_JWT_ENABLED is "false": must be true: otherwise clients can change the scene and read player data without a token. Remove the override in Pulumi.staging.yaml; the default is "true".\n',
    );
    expect(text).toMatch(/staging is not ready: 1 of 28 checks fail\n$/);
  });

  test("--json prints the same verdicts", () => {
    const { code, text } = runConfigCommand("staging", validate(true), disableJwt);
    const report = JSON.parse(text) as {
      passed: number;
      failed: number;
      checks: { id: string; verdict: string }[];
    };
    expect(code).toBe(1);
    expect(report).toMatchObject({ environment: "staging", passed: 27, failed: 1 });
    expect(report.checks.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
    expect(report.checks.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual(["jwt"]);
  });

  test("reports alert channels without a credential, which is not a failure", () => {
    const { code, text } = runConfigCommand("staging", validate(false));
    expect(code).toBe(0);
    expect(text).toContain(
      "note  alerts do not use a channel until its credential is given: pulumi config set --secret spacetime-vr:slackWebhookUrl\n",
    );
    expect(JSON.parse(runConfigCommand("staging", validate(true)).text).waiting).toEqual(["slackWebhookUrl"]);
    expect(
      runConfigCommand("local", (io) => runValidate({ environment: "local", directory }, io)).text,
    ).not.toContain("note");
  });

  test("throws an input error (exit code 2) when the file is not a valid config", () => {
    expect(() => runConfigCommand("staging", validate(false), (values) => delete values.gateway)).toThrow(
      "spacetime-vr:gateway: is missing",
    );
  });

  test("has colours on a terminal only", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colours are made of
    const paint = /\u001b\[/;
    expect(runConfigCommand("staging", validate(false)).text).not.toMatch(paint);
    expect(runConfigCommand("staging", validate(false), undefined, true).text).toMatch(paint);
  });
});

describe("config env", () => {
  test("prints the environment file, or with --json the variables and the names of the secrets", () => {
    const { text } = runConfigCommand("staging", (io) => runEnv({ environment: "staging", directory }, io));
    expect(text).toContain("\nGODOT_ENV=staging\n");
    const json = runConfigCommand("staging", (io) =>
      runEnv({ environment: "staging", directory, json: true }, io),
    );
    const { variables } = JSON.parse(json.text) as { variables: Record<string, unknown> };
    expect(Object.keys(variables)).toEqual([...VARIABLES.keys()]);
    expect(variables.GODOT_ENV).toEqual({ value: "staging" });
    expect(variables.GODOT_API_TOKEN).toEqual({ secret: "api-token" });
  });

  test("writes a file with mode 0600, because secrets will be added to it", () => {
    const output = join(directory, ".env");
    const { code, text } = runConfigCommand("staging", (io) =>
      runEnv({ environment: "staging", directory, output }, io),
    );
    expect(code).toBe(0);
    expect(text).toContain("119 variables of staging");
    expect(readFileSync(output, "utf8")).toContain("GODOT_ENV=staging\n");
    if (process.platform !== "win32") expect(statSync(output).mode & 0o777).toBe(0o600);
  });

  test("does not overwrite an existing file, which may contain secrets, without --force", () => {
    const output = join(directory, ".env");
    writeFileSync(output, "GODOT_API_TOKEN=filled-in\n");
    const write = (force: boolean) => () =>
      runConfigCommand("staging", (io) => runEnv({ environment: "staging", directory, output, force }, io));
    expect(write(false)).toThrow("already exists and may contain secrets");
    expect(readFileSync(output, "utf8")).toBe("GODOT_API_TOKEN=filled-in\n");
    write(true)();
    expect(readFileSync(output, "utf8")).toContain("GODOT_ENV=staging\n");
  });

  test("leaves no temporary file when the file cannot be written", () => {
    const output = join(directory, "missing", ".env");
    expect(() =>
      runConfigCommand("staging", (io) => runEnv({ environment: "staging", directory, output }, io)),
    ).toThrow("cannot be written (ENOENT)");
    expect(readdirSync(directory)).toEqual(["Pulumi.staging.yaml"]);
  });
});

describe("config docs", () => {
  test("matches docs/reference/config.md, so that the page is never out of date", () => {
    const page = readFileSync(join(process.cwd(), "docs/reference/config.md"), "utf8");
    // To update the page: npm run config -- docs --force --output docs/reference/config.md
    expect(page.replaceAll("\r\n", "\n")).toBe(renderConfigReference());
  });

  test("contains every variable, every check and every key of the stack file", () => {
    const page = renderConfigReference();
    for (const name of VARIABLES.keys()) expect(page).toContain(`| \`${name}\` |`);
    for (const { id } of CHECKS) expect(page).toContain(`| \`${id}\` |`);
    for (const key of [
      "pools[].scaling.maximum",
      "exposure.sourceCidrs",
      "certificateChain",
      "caCertificate",
    ]) {
      expect(page).toContain(`\`${key}\``);
    }
  });

  test("prints the page, or writes it to a file", () => {
    const output = join(directory, "config.md");
    expect(runConfigCommand("local", (io) => runDocs({}, io)).text).toBe(renderConfigReference());
    expect(runConfigCommand("local", (io) => runDocs({ output }, io)).code).toBe(0);
    expect(readFileSync(output, "utf8")).toBe(renderConfigReference());
  });
});

test("config docs does not overwrite a file without --force", () => {
  const output = join(directory, "notes.md");
  writeFileSync(output, "mine");
  const write = (force: boolean) => () => runConfigCommand("local", (io) => runDocs({ output, force }, io));
  expect(write(false)).toThrow("exists already. Name another file, or add --force to replace it.");
  expect(readFileSync(output, "utf8")).toBe("mine");
  write(true)();
  expect(readFileSync(output, "utf8")).toBe(renderConfigReference());
});

test("the config command has four subcommands, each with a help text", () => {
  const command = configCommand({
    directory: process.cwd(),
    output: {
      style: {},
      result: () => undefined,
      note: () => undefined,
      isTerminal: false,
      progress: () => undefined,
    },
  });
  expect(command.commands.map((sub) => sub.name())).toEqual(["validate", "env", "addons", "docs"]);
  for (const sub of command.commands) expect(sub.helpInformation()).toContain("Usage: config");
});
