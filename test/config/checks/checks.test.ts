import { describe, expect, test } from "@jest/globals";
import { CHECKS, validateConfig } from "../../../components/config/checks/index.ts";
import type { Finding } from "../../../components/config/checks/types.ts";
import type { Config } from "../../../components/config/config.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { VARIABLES } from "../../../components/config/variables/index.ts";
import { ENVIRONMENTS, type Environment } from "../../../components/shared/environments.ts";
import { LEAF_CERTIFICATE } from "../../support/certificates.ts";
import { filledRawConfig, type Values } from "../../support/filled-config.ts";
import { CHECK_CASES, type CheckCase } from "./check-cases.ts";

const filledConfig = (
  environment: Environment,
  change?: (values: Values) => void,
  keys?: readonly string[],
): Config => parseConfig(filledRawConfig(environment, change, keys));

function failedChecks(config: Config): Record<string, readonly Finding[]> {
  return Object.fromEntries(
    validateConfig(config)
      .filter(({ verdict }) => verdict === "fail")
      .map(({ id, findings }) => [id, findings]),
  );
}

/** A config with replaced variable values that the parser itself would reject. */
function withUnvalidatedVariables(config: Config, texts: Readonly<Record<string, string>>): Config {
  const variables = new Map(config.variables);
  for (const [name, value] of Object.entries(texts)) {
    const definition = VARIABLES.get(name);
    if (definition === undefined) throw new Error(name);
    variables.set(name, { kind: "plain", definition, value });
  }
  return { ...config, variables };
}

function configForCase({
  environment = "production",
  change,
  overrides,
  unvalidatedVariables,
  secretKeys,
}: CheckCase): Config {
  const config = filledConfig(
    environment,
    (values) => {
      if (overrides !== undefined) values.gameServer.variables = overrides;
      change?.(values);
    },
    secretKeys,
  );
  return withUnvalidatedVariables(config, unvalidatedVariables ?? {});
}

/** The values that must be filled in for an environment on AWS in addition to the common ones. */
const AWS_PLACEHOLDER_PATHS = [
  "aws.account",
  "cluster.dnsZone.id",
  "cluster.dnsZone.name",
  "cluster.access.publicCidrs[0]",
  "cluster.access.administrators[0]",
  "cluster.access.observers[0]",
  ...["cert-manager", "external-dns", "kube-state-metrics", "metrics-server", "prometheus-node-exporter"].map(
    (addOn) => `cluster.addonVersions.${addOn}`,
  ),
];

describe("config validate", () => {
  test("has exactly 28 checks with unique names", () => {
    expect(CHECKS).toHaveLength(28);
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(28);
  });

  test.each(ENVIRONMENTS)("passes every check of %s once the example values are replaced", (environment) => {
    expect(failedChecks(filledConfig(environment))).toEqual({});
  });

  test.each([
    ["local", ["gameServer.image"]],
    [
      "staging",
      [
        ...AWS_PLACEHOLDER_PATHS,
        "gameServer.image",
        "gateway.domain",
        "gateway.exposure.sourceCidrs[0]",
        "certificates.email",
        "certificates.hostedZoneId",
        "alarms.emails[0]",
        "database.caCertificates",
      ],
    ],
    [
      "production",
      [
        ...AWS_PLACEHOLDER_PATHS,
        "gameServer.image",
        "gateway.domain",
        "certificates.email",
        "certificates.hostedZoneId",
        "alarms.emails[0]",
        ...["host", "cidrs[0]", "from", "username", "to"].map(
          (key) => `monitoring.notifications.email.${key}`,
        ),
        "monitoring.notifications.deadMansSwitch.url",
        "database.caCertificates",
      ],
    ],
    ["package", ["gameServer.image", "gateway.domain"]],
  ] as const)("rejects %s as committed and lists exactly the values to fill in", (environment, places) => {
    const found = failedChecks(parseConfig(readStackFile(process.cwd(), environment)));
    expect(Object.keys(found)).toEqual(["examples"]);
    expect(found.examples?.map(({ subject }) => subject)).toEqual(
      places.map((place) => `spacetime-vr:${place}`),
    );
    for (const { remedy } of found.examples ?? []) {
      expect(remedy).toMatch(
        new RegExp(`^Set the real value \\(.+\\) in Pulumi\\.${environment}\\.yaml\\.$`),
      );
    }
  });

  test("has a failing case for each check, so that no check can become a no-op unnoticed", () => {
    const covered = new Set(CHECK_CASES.map(({ check }) => check));
    expect([...covered].sort()).toEqual(CHECKS.map(({ id }) => id).sort());
  });

  test.each(CHECK_CASES)("fails $check when $title", (checkCase) => {
    const found = failedChecks(configForCase(checkCase));
    expect(Object.keys(found)).toEqual([checkCase.check]);
    const [first, ...others] = found[checkCase.check] ?? [];
    expect(others).toEqual([]);
    expect(first?.subject).toBe(`spacetime-vr:${checkCase.expectedPath}`);
    expect(first?.rule).toMatch(/^must /);
    expect(first?.rule).toContain(checkCase.expectedRule);
    expect(first?.remedy).toMatch(/\.$/);
  });
});

describe("the local environment", () => {
  test("may enable debugging, log full IP addresses and disable tokens", () => {
    const config = filledConfig("local", (values) => {
      values.gameServer.variables = {
        GODOT_JWT_ENABLED: false,
        GODOT_RBAC_ENABLED: false,
        GODOT_IDS_ENABLED: false,
        GODOT_RATE_LIMIT_ENABLED: false,
        GODOT_AUDIT_ENABLED: false,
        GODOT_METRICS_ENABLED: false,
        GODOT_HTTP_CORS_ORIGINS: "*",
        GODOT_DATABASE_TLS_MODE: "require",
      };
    });
    expect(failedChecks(config)).toEqual({});
  });
});

describe("a remedy of a failed check", () => {
  test("says to remove the override and names the default that passes", () => {
    const found = failedChecks(
      filledConfig("production", (values) => {
        values.gameServer.variables = { GODOT_TARGET_FPS: 120 };
      }),
    );
    expect(found["frame-rate"]?.[0]?.remedy).toBe(
      'Remove the override in Pulumi.production.yaml; the default is "90".',
    );
  });

  test("names the override that causes the failure, not the variable that is derived from it", () => {
    const found = failedChecks(
      filledConfig("production", (values) => {
        values.gameServer.variables = { GODOT_DISCOVERY_INTERVAL_SECONDS: 30 };
      }),
    );
    expect(found.dependencies?.map(({ subject }) => subject)).toEqual([
      "spacetime-vr:gameServer.variables.GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS",
    ]);
    expect(found.dependencies?.[0]?.remedy).toBe(
      "Set it in Pulumi.production.yaml under spacetime-vr:gameServer.variables, or change the other setting back.",
    );
  });
});

describe("an imported certificate", () => {
  const imported = (domain: string): Config =>
    filledConfig(
      "production",
      (values) => {
        values.gateway.domain = domain;
        values.certificates = { kind: "imported", certificateChain: LEAF_CERTIFICATE };
        values.tlsPrivateKey = "given";
      },
      ["tlsPrivateKey"],
    );

  test("passes when it covers the domain", () => {
    expect(failedChecks(imported("play.spacetime-vr.com"))).toEqual({});
  });

  test("fails when it covers another name", () => {
    expect(failedChecks(imported("vr.spacetime-vr.com")).certificate?.map(({ rule }) => rule)).toEqual([
      "must be for vr.spacetime-vr.com, but its names are DNS:play.spacetime-vr.com",
    ]);
  });
});
