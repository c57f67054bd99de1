import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig, parseConfig } from "../../../components/config/load-config.ts";
import { readStackFile, toEngineConfig } from "../../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { formatProblem, InputError } from "../../../components/shared/errors.ts";
import { AUTHORITY_CERTIFICATE } from "../../support/certificates.ts";
import { filledRawConfig } from "../../support/filled-config.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function writeStackFile(content: string | Buffer): void {
  writeFileSync(join(directory, "Pulumi.staging.yaml"), content);
}

/** The problems of a staging file with this content. */
function problemsOf(content: string | Buffer): string[] {
  writeStackFile(content);
  try {
    readStackFile(directory, "staging");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(formatProblem);
  }
  return [];
}

describe("the committed stack files", () => {
  test.each(ENVIRONMENTS)("of %s can be planned without changes", (name) => {
    const config = parseConfig(readStackFile(process.cwd(), name));
    expect(config.environment).toBe(name);
    expect(config.variables.size).toBe(119);
  });
});

describe("a stack file that cannot be read is reported", () => {
  test("when it does not exist", () => {
    expect(() => readStackFile(directory, "production")).toThrow("Pulumi.production.yaml: does not exist");
  });

  test("when it is a directory", () => {
    mkdirSync(join(directory, "Pulumi.local.yaml"));
    expect(() => readStackFile(directory, "local")).toThrow("Pulumi.local.yaml: must be a regular file");
  });

  const onUnix = process.platform === "win32" ? test.skip : test;
  onUnix("when it is a device or a pipe, which would never end", () => {
    const path = join(directory, "Pulumi.package.yaml");
    symlinkSync("/dev/zero", path);
    expect(() => readStackFile(directory, "package")).toThrow("must be a regular file");
    rmSync(path);
    execFileSync("mkfifo", [path]);
    expect(() => readStackFile(directory, "package")).toThrow("must be a regular file");
  });

  test("when it is larger than any stack file", () => {
    expect(problemsOf(Buffer.alloc(2 ** 20 + 1, "#"))[0]).toContain("must be at most 1 MiB");
  });

  test("when its environment is unknown, before any file is read", () => {
    expect(() => readStackFile(directory, "../staging")).toThrow(
      "must be one of local, staging, production, package",
    );
  });

  test("when it is not a text file", () => {
    expect(problemsOf(Buffer.from([0xff, 0xfe, 0x00, 0x63]))).toEqual([
      "Pulumi.staging.yaml: is not UTF-8 text. Restore the file from version control.",
    ]);
  });

  test("with line, column and key of the first YAML error", () => {
    expect(problemsOf("config:\n  spacetime-vr:gateway:\n    domain: [play\n    scaling: 3\n")[0]).toMatch(
      /^Pulumi\.staging\.yaml:4:5 is "scaling: …": has wrong indentation, or follows an unclosed bracket or quote/,
    );
    expect(problemsOf("config:\n  spacetime-vr:gateway: {}\n  spacetime-vr:gateway: {}\n")).toEqual([
      'Pulumi.staging.yaml:3:3 is "spacetime-vr:gateway: …": repeats a key of the same mapping. Correct this line or the line above.',
    ]);
  });

  test("when it is indented with a tab", () => {
    expect(problemsOf("config:\n\tspacetime-vr:gateway: {}\n")[0]).toContain(
      "Pulumi.staging.yaml:2: contains a tab",
    );
  });

  test("when an alias has no anchor", () => {
    expect(problemsOf("config:\n  spacetime-vr:gateway: *base\n")[0]).toContain(
      'Pulumi.staging.yaml:2:25 is "spacetime-vr:gateway: …": refers to an anchor that does not exist',
    );
  });

  test("when aliases expand exponentially", () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `  x:l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    expect(problemsOf(["config:", "  x:l0: &l0 [a]", ...levels, ""].join("\n"))[0]).toContain(
      "expand without limit",
    );
  });

  test.each(["- a\n- b\n", "just text\n", "config: [1]\n"])("when it is not a mapping: %j", (content) => {
    expect(problemsOf(content)[0]).toContain("must be a YAML mapping");
  });

  test("when a top-level key is misspelt or imports another environment", () => {
    expect(problemsOf("confg: {}\nenvironment: [shared]\n")).toEqual([
      "confg in Pulumi.staging.yaml: is not a known key of a stack file. Did you mean config?",
      "environment in Pulumi.staging.yaml: must not be set: the values of an imported Pulumi ESC environment are not in the file, so a plan cannot show them. Write the values under config.",
    ]);
  });

  test("when a config key has no namespace prefix", () => {
    expect(problemsOf("config:\n  gateway: {}\n")).toEqual([
      "config.gateway in Pulumi.staging.yaml: must have a namespace. Rename it to spacetime-vr:gateway.",
    ]);
  });
});

describe("the content of a stack file", () => {
  test("reports every missing section when the file is empty", () => {
    writeStackFile("");
    expect(() => parseConfig(readStackFile(directory, "staging"))).toThrow(
      "spacetime-vr:cluster: is missing",
    );
  });

  test("may contain Pulumi's encryption settings", () => {
    expect(
      problemsOf("secretsprovider: passphrase\nencryptionsalt: v1:x\nencryptedkey: y\nconfig: {}\n"),
    ).toEqual([]);
  });

  test("may contain Pulumi's own options, which the program does not read", () => {
    writeStackFile('config:\n  pulumi:disable-default-providers: ["*"]\n');
    expect(readStackFile(directory, "staging").values).toEqual({});
  });

  test("keeps encrypted credentials encrypted and marks them as encrypted", () => {
    writeStackFile("config:\n  spacetime-vr:databasePassword:\n    secure: v1:AAAA:BBBB\n");
    const raw = readStackFile(directory, "staging");
    expect(raw.values).toEqual({ databasePassword: "[encrypted databasePassword]" });
    expect([...raw.secretKeys]).toEqual(["databasePassword"]);
  });

  test("is rejected when a section contains an encrypted value, which cannot be reviewed", () => {
    writeStackFile("config:\n  spacetime-vr:gateway:\n    domain:\n      secure: v1:AAAA:BBBB\n");
    const raw = readStackFile(directory, "staging");
    expect([...raw.secretKeys]).toEqual(["gateway"]);
    expect(() => parseConfig(raw)).toThrow(
      "spacetime-vr:gateway: must not be encrypted or contain encrypted values",
    );
    expect(() => parseConfig(raw)).not.toThrow("v1:AAAA");
  });

  test("may contain decimals, and strings that look like numbers", () => {
    expect(problemsOf('config:\n  x:a: [0, 17, -3, 0.5, "017", "0x10", 1.2.3, 0a]\n')).toEqual([]);
  });

  test("may have keys in the long form of older Pulumi versions", () => {
    writeStackFile("config:\n  spacetime-vr:config:gateway: {domain: x}\n");
    expect(readStackFile(directory, "staging").values).toEqual({ gateway: { domain: "x" } });
  });
});

describe("Pulumi's config", () => {
  const raw = filledRawConfig(
    "production",
    (values) => {
      values.database = {
        kind: "external",
        host: "db.spacetime-vr.com",
        port: 5432,
        name: "game",
        user: "server",
        cidrs: ["10.1.0.0/16"],
        caCertificate: AUTHORITY_CERTIFICATE,
      };
      // A password may look like JSON.
      values.databasePassword = '["a"]';
    },
    ["databasePassword"],
  );

  test("is parsed into the same config as the file when the program runs in-process", async () => {
    await pulumi.runtime.setMocks(
      { call: () => ({}), newResource: ({ inputs }) => ({ id: "id", state: inputs }) },
      "spacetime-vr",
      "production",
      true,
    );
    const { values, secretKeys } = toEngineConfig(raw);
    pulumi.runtime.setAllConfig({ ...values, "pulumi:disable-default-providers": '["*"]' }, secretKeys);
    expect(loadConfig()).toEqual(parseConfig(raw));
    expect(loadConfig().credentials).toEqual({ databasePassword: '["a"]' });

    pulumi.runtime.setAllConfig(values, []);
    expect(() => loadConfig()).toThrow("spacetime-vr:databasePassword: must be encrypted");

    pulumi.runtime.setAllConfig({ ...values, "aws:region": "eu-central-1" }, secretKeys);
    expect(() => loadConfig()).toThrow("aws:region: must not be set");

    pulumi.runtime.setAllConfig({ ...values, "spacetime-vr:redis": "redis" }, secretKeys);
    expect(() => loadConfig()).toThrow("spacetime-vr:redis: must be a mapping, not a string");
  });
});
