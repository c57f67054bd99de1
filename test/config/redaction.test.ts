import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { validateConfig } from "../../components/config/checks/index.ts";
import type { RawConfig } from "../../components/config/config.ts";
import { renderEnvFile } from "../../components/config/env-file.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { CREDENTIAL_NAMES } from "../../components/shared/secret-names.ts";
import { AUTHORITY_CERTIFICATE } from "../support/certificates.ts";
import { filledRawConfig, type Values } from "../support/filled-config.ts";

const LEAK_CANARY = "hunter2-9c1f";

function errorText(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  }
}

const parseErrorText = (raw: RawConfig): string => errorText(() => parseConfig(raw));

const SECRET_VARIABLES = [...VARIABLES.values()]
  .filter(({ source }) => source.kind === "secret")
  .map(({ name }) => name);

/** Places where users put secrets, correctly or by mistake. */
const SECRET_LOCATIONS: readonly { readonly title: string; readonly put: (values: Values) => void }[] = [
  ...CREDENTIAL_NAMES.flatMap((name) => [
    {
      title: `${name} in plaintext`,
      put: (values: Values) => Object.assign(values, { [name]: LEAK_CANARY }),
    },
    {
      title: `${name} as a mapping`,
      put: (values: Values) => Object.assign(values, { [name]: { value: LEAK_CANARY } }),
    },
    {
      title: `${name} misspelt`,
      put: (values: Values) => Object.assign(values, { [`${name}s`]: LEAK_CANARY }),
    },
  ]),
  ...SECRET_VARIABLES.flatMap((name) => [
    {
      title: `an override of ${name}`,
      put: (values: Values) => Object.assign(values.gameServer, { variables: { [name]: LEAK_CANARY } }),
    },
    {
      title: `a misspelt override of ${name}`,
      put: (values: Values) =>
        Object.assign(values.gameServer, { variables: { [`${name}X`]: [LEAK_CANARY] } }),
    },
  ]),
  {
    title: "the variables as one string",
    put: (values) => Object.assign(values.gameServer, { variables: LEAK_CANARY }),
  },
  { title: "a section as one string", put: (values) => Object.assign(values, { database: LEAK_CANARY }) },
  {
    title: "a database host with user and password",
    put: (values) => {
      values.databasePassword = LEAK_CANARY;
      values.database = {
        kind: "external",
        host: `postgres://server:${LEAK_CANARY}@db.spacetime-vr.com`,
        port: 5432,
        name: "game",
        user: "server",
        cidrs: ["10.1.0.0/16"],
        caCertificate: AUTHORITY_CERTIFICATE,
      };
    },
  },
  {
    title: "a private key next to the certificate",
    put: (values) => {
      values.certificates = {
        kind: "imported",
        certificateChain: `${AUTHORITY_CERTIFICATE}-----BEGIN PRIVATE KEY-----\n${LEAK_CANARY}\n-----END PRIVATE KEY-----`,
      };
    },
  },
  {
    title: "a password under an unknown key",
    put: (values) => Object.assign(values.redis, { password: LEAK_CANARY }),
  },
  {
    title: "a token of another provider",
    put: (values) => Object.assign(values, { "cloudflare:apiToken": LEAK_CANARY }),
  },
];

describe("an error does not show a secret", () => {
  test.each(SECRET_LOCATIONS)("given as $title", ({ put }) => {
    const shown = parseErrorText(filledRawConfig("production", put));
    expect(shown).toContain("spacetime-vr:");
    expect(shown).not.toContain(LEAK_CANARY);
  });

  test.each(CREDENTIAL_NAMES)("when %s has a placeholder that must be replaced", (name) => {
    const placeholder = `REPLACE_WITH_${LEAK_CANARY}`;
    const config = parseConfig(filledRawConfig("staging"));
    const results = validateConfig({ ...config, credentials: { [name]: placeholder } });
    const found = results.flatMap(({ findings }) => findings);
    expect(found.map(({ subject }) => subject)).toEqual([`spacetime-vr:${name}`]);
    expect(JSON.stringify(results)).not.toContain(LEAK_CANARY);
  });
});

describe("a stack file with a syntax error near a secret", () => {
  const stackFile = [
    "config:",
    "  spacetime-vr:cluster:",
    "    kind: existing",
    `  spacetime-vr:databasePassword: "${LEAK_CANARY}"`,
    "  spacetime-vr:gameServer:",
    "    variables:",
    `      GODOT_API_TOKEN: ${LEAK_CANARY}`,
    "  spacetime-vr:tlsPrivateKey: |",
    "    -----BEGIN PRIVATE KEY-----",
    `    ${LEAK_CANARY}`,
    "    -----END PRIVATE KEY-----",
    "",
  ].join("\n");

  test("is reported without the secret, whatever character is added, removed or changed", () => {
    const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-"));
    const change = fc.record({
      at: fc.nat({ max: stackFile.length }),
      remove: fc.nat({ max: 2 }),
      insert: fc.oneof(
        fc.constantFrom(
          "",
          '"',
          "'",
          ":",
          "\t",
          "*",
          "&",
          "!",
          "{",
          "[",
          "\n",
          "---\n",
          "%",
          "@",
          "`",
          "\0",
          "|",
        ),
        fc.string({ maxLength: 3 }),
      ),
    });
    try {
      fc.assert(
        fc.property(change, ({ at, remove, insert }) => {
          const text = stackFile.slice(0, at) + insert + stackFile.slice(at + remove);
          // A change inside the secret produces another secret.
          const touched = stackFile.split(LEAK_CANARY).length !== text.split(LEAK_CANARY).length;
          writeFileSync(join(directory, "Pulumi.staging.yaml"), text);
          const shown = errorText(() => parseConfig(readStackFile(directory, "staging")));
          expect(shown).not.toBe("");
          if (!touched) expect(shown).not.toContain(LEAK_CANARY);
        }),
        { numRuns: 1000 },
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the environment file", () => {
  test.each([true, false])("contains no credential and no generated secret (template: %s)", (template) => {
    const config = parseConfig(filledRawConfig("staging"));
    const credentials = Object.fromEntries(CREDENTIAL_NAMES.map((name) => [name, LEAK_CANARY]));
    const text = renderEnvFile({ ...config, credentials }, { template });
    expect(text).not.toContain(LEAK_CANARY);
    for (const name of SECRET_VARIABLES) expect(text).toMatch(new RegExp(`^(# ${name}: |${name}=$)`, "m"));
  });
});
