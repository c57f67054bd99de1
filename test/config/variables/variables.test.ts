import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../components/config/load-config.ts";
import { formatValue } from "../../../components/config/variables/format-value.ts";
import { VARIABLE_CATEGORIES, VARIABLES } from "../../../components/config/variables/index.ts";
import {
  getBooleanVariable,
  getIntegerVariable,
  getTextVariable,
  getVariable,
} from "../../../components/config/variables/read-variable.ts";
import { defaultInEnvironment } from "../../../components/config/variables/resolve-variables.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import { AUTHORITY_CERTIFICATE } from "../../support/certificates.ts";
import { filledRawConfig, useExistingCluster } from "../../support/filled-config.ts";

const definitions = VARIABLE_CATEGORIES.flatMap(({ variables }) => variables);

/** Variable names that other code reads. */
const CONTRACT_NAMES = `
  GODOT_ENABLE_HTTP_API GODOT_ENV GODOT_HTTP_PORT GODOT_TELEMETRY_PORT GODOT_DISCOVERY_PORT
  GODOT_DEBUG_ADAPTERS_ENABLED GODOT_DAP_PORT GODOT_LSP_PORT
  GODOT_TLS_CERT_PATH GODOT_TLS_KEY_PATH GODOT_TLS_CA_PATH GODOT_DRAIN_TIMEOUT_SECONDS
  GODOT_DATABASE_HOST GODOT_DATABASE_PORT GODOT_DATABASE_NAME GODOT_DATABASE_USER GODOT_DATABASE_PASSWORD
  GODOT_REDIS_HOST GODOT_REDIS_PORT GODOT_REDIS_PASSWORD
  GODOT_API_TOKEN GODOT_JWT_SIGNING_KEY GODOT_METRICS_SCRAPE_TOKEN GODOT_WORLD_DATA_KEY GODOT_PLAYER_DATA_KEY
  GODOT_DISCOVERY_SERVICE GODOT_PUBLIC_HOST GODOT_SCENE_WHITELIST GODOT_SCENE_BLACKLIST GODOT_HTTP_MAX_BODY_BYTES
`
  .trim()
  .split(/\s+/);

describe("the variable catalogue", () => {
  test("has exactly 119 variables without duplicates", () => {
    expect(definitions).toHaveLength(119);
    expect(VARIABLES.size).toBe(119);
  });

  test.each(CONTRACT_NAMES)("contains %s, which other code reads by this name", (name) => {
    expect(VARIABLES.has(name)).toBe(true);
  });

  test.each(definitions)(
    "$name is a valid shell variable name and has a sentence as its description",
    (definition) => {
      expect(definition.name).toMatch(/^GODOT_[A-Z0-9]+(_[A-Z0-9]+)*$/);
      expect(definition.description).toMatch(/^\S.{10,}\.$/);
      expect(definition.readers).toContain("game-server");
    },
  );

  test("has a default of the right type for every setting in every environment", () => {
    for (const { name, type, source } of definitions) {
      if (source.kind !== "setting") continue;
      for (const environment of ENVIRONMENTS) {
        const result = formatValue(type, defaultInEnvironment(source.default, environment));
        expect({ name, environment, result }).toEqual({
          name,
          environment,
          result: { ok: true, text: expect.any(String) },
        });
      }
    }
  });

  test("lists every other reader of a variable", () => {
    // Only the code in this directory passes config to components.
    const directory = "components/config/component-configs";
    const sources = readdirSync(directory)
      .map((file) => readFileSync(`${directory}/${file}`, "utf8"))
      .join("\n");
    const read = [...new Set(sources.match(/GODOT_[A-Z0-9_]+/g))].sort();
    const stated = definitions.filter(({ readers }) => readers.length > 1).map(({ name }) => name);
    expect(stated.sort()).toEqual(read);
  });

  test("has an example in the right format for every string and list", () => {
    for (const { name, type, source } of definitions) {
      if (source.kind === "secret" || (type.kind !== "text" && type.kind !== "list")) continue;
      expect({ name, ...formatValue(type, type.example) }).toEqual({ name, ok: true, text: type.example });
    }
  });

  test("refers only to generated secrets, and to each at most once", () => {
    const secrets = definitions.flatMap(({ source }) => (source.kind === "secret" ? [source.secret] : []));
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const secret of secrets) expect(SECRET_NAMES).toContain(secret);
  });
});

describe("derived variables", () => {
  test("follow the stack file", () => {
    const config = parseConfig(
      filledRawConfig("production", (values) => {
        useExistingCluster(values);
        values.gameServer.drainSeconds = 77;
        values.gateway.domain = "vr.spacetime-vr.com";
      }),
    );
    expect(getTextVariable(config, "GODOT_ENV")).toBe("production");
    expect(getTextVariable(config, "GODOT_PUBLIC_HOST")).toBe("vr.spacetime-vr.com");
    expect(getIntegerVariable(config, "GODOT_DRAIN_TIMEOUT_SECONDS")).toBe(77);
    expect(getTextVariable(config, "GODOT_DATABASE_HOST")).toBe("postgres.spacetime.svc");
    expect(getTextVariable(config, "GODOT_DATABASE_CA_PATH")).toBe("/run/secrets/tls/ca.crt");
  });

  test("contain no hosts of AWS data stores, which are unknown until apply", () => {
    const { variables } = parseConfig(filledRawConfig("production"));
    const deployed = [...variables].filter(([, { kind }]) => kind === "deployed").map(([name]) => name);
    expect(deployed).toEqual(["GODOT_DATABASE_HOST", "GODOT_REDIS_HOST"]);
    expect(getTextVariable({ variables }, "GODOT_DATABASE_CA_PATH")).toBe("/run/secrets/database/ca.crt");
    expect(getTextVariable({ variables }, "GODOT_TLS_CA_PATH")).toBe("/run/secrets/redis/ca.crt");
  });

  test("address the external database that the stack file names", () => {
    const config = parseConfig(
      filledRawConfig(
        "production",
        (values) => {
          values.database = {
            kind: "external",
            host: "db.spacetime-vr.com",
            port: 6432,
            name: "game",
            user: "server",
            cidrs: ["10.1.0.0/16"],
            caCertificate: AUTHORITY_CERTIFICATE,
          };
          values.databasePassword = "given";
        },
        ["databasePassword"],
      ),
    );
    expect(getTextVariable(config, "GODOT_DATABASE_HOST")).toBe("db.spacetime-vr.com");
    expect(getIntegerVariable(config, "GODOT_DATABASE_PORT")).toBe(6432);
    expect(getTextVariable(config, "GODOT_DATABASE_NAME")).toBe("game");
    expect(getTextVariable(config, "GODOT_DATABASE_USER")).toBe("server");
    expect(getTextVariable(config, "GODOT_DATABASE_CA_PATH")).toBe("/run/secrets/database/ca.crt");
  });
});

describe("reading a variable", () => {
  const config = parseConfig(filledRawConfig("local"));

  test("returns each kind as its own type", () => {
    expect(getBooleanVariable(config, "GODOT_ENABLE_HTTP_API")).toBe(true);
    expect(getIntegerVariable(config, "GODOT_HTTP_PORT")).toBe(8080);
    expect(getIntegerVariable(config, "GODOT_TARGET_FPS")).toBe(90);
    expect(getTextVariable(config, "GODOT_LOG_FORMAT")).toBe("text");
  });

  test("the value of a list variable is separated by commas", () => {
    expect(getVariable(config, "GODOT_SCENE_BLACKLIST")).toMatchObject({
      value: "addons,.godot,gdUnit4,tests",
    });
    expect(getVariable(config, "GODOT_HTTP_CORS_ORIGINS")).toMatchObject({ value: "" });
  });

  test("throws for an unknown name", () => {
    expect(() => getVariable(config, "GODOT_HTP_PORT")).toThrow("GODOT_HTP_PORT is not in the catalogue");
  });

  test("throws for the wrong type and for a secret", () => {
    expect(() => getTextVariable(config, "GODOT_TARGET_FPS")).toThrow(
      "is of type integer, not text or choice",
    );
    expect(() => getTextVariable(config, "GODOT_API_TOKEN")).toThrow("is a secret");
  });
});

describe("an override of a variable", () => {
  test("replaces only the default of that variable", () => {
    const plain = parseConfig(filledRawConfig("staging"));
    const overridden = parseConfig(
      filledRawConfig("staging", (values) => {
        values.gameServer.variables = { GODOT_MAX_PLAYERS: 12 };
      }),
    );
    const differing = [...plain.variables].filter(([name, { kind }]) => {
      const other = overridden.variables.get(name);
      return (
        kind === "plain" &&
        other?.kind === "plain" &&
        variableText(plain, name) !== variableText(overridden, name)
      );
    });
    expect(differing.map(([name]) => name)).toEqual(["GODOT_MAX_PLAYERS"]);
    expect(getIntegerVariable(overridden, "GODOT_MAX_PLAYERS")).toBe(12);
  });
});

function variableText(config: ReturnType<typeof parseConfig>, name: string): string {
  const found = getVariable(config, name);
  return found.kind === "plain" ? found.value : "";
}
