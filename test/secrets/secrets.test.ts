import { describe, expect, test } from "@jest/globals";
import { credentialDigest } from "../../components/secrets/credential-digest.ts";
import { SECRET_OBJECTS } from "../../components/secrets/secret-objects.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { SECRET_NAMES } from "../../components/shared/secret-names.ts";
import { AUTHORITY_CERTIFICATE } from "../support/certificates.ts";
import { type Draft, kubernetesObjects, planOf } from "../support/plans.ts";

const EXTERNAL_DATABASE = {
  kind: "external",
  host: "db.internal",
  port: 5432,
  name: "game",
  user: "game",
  cidrs: ["10.0.0.0/24"],
  caCertificate: AUTHORITY_CERTIFICATE,
};

describe("the 13 secrets are in seven Secret objects", () => {
  test("each of the 13 is in at least one object and at most once per namespace", () => {
    const places = SECRET_OBJECTS.flatMap(({ namespace, entries }) =>
      entries.flatMap((entry) => (entry.kind === "generated" ? [`${namespace}/${entry.secret}`] : [])),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(places.map((place) => place.split("/")[1]))).toEqual(new Set(SECRET_NAMES));
    expect(SECRET_NAMES).toHaveLength(13);
  });

  test.each(["local", "package"] as const)(
    "%s has 12: the seven, the public certificate, and the internal certificates of each namespace",
    async (environment) => {
      const secrets = [...kubernetesObjects(await planOf(environment)).values()].filter(
        ({ kind }) => kind === "Secret",
      );
      const named = secrets.map(
        ({ metadata }) => `${metadata.namespace}/${metadata.name.replace(/-[0-9a-f]{10}$/, "")}`,
      );
      expect(named.sort()).toEqual([
        "spacetime-backup/backup",
        "spacetime-backup/internal-tls",
        "spacetime-monitoring/alertmanager",
        "spacetime-monitoring/grafana",
        "spacetime-monitoring/internal-tls",
        "spacetime-monitoring/prometheus",
        "spacetime-nodes/internal-tls",
        "spacetime/game-server",
        "spacetime/gateway-tls",
        "spacetime/internal-tls",
        "spacetime/postgres",
        "spacetime/redis",
      ]);
      expect(new Set(secrets.map(({ metadata }) => metadata.namespace))).toEqual(new Set(NAMESPACES));
    },
  );

  test.each(["staging", "production"] as const)(
    "%s has the seven; cert-manager writes a Secret for each of its certificates",
    async (environment) => {
      const objects = [...kubernetesObjects(await planOf(environment)).values()];
      const secrets = objects.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name);
      expect(secrets.map((name) => name.replace(/-[0-9a-f]{10}$/, "")).sort()).toEqual(
        SECRET_OBJECTS.map(({ name }) => name).sort(),
      );
      const certificates = objects
        .filter(({ kind }) => kind === "Certificate")
        .map(({ spec }) => (spec as { readonly secretName: string }).secretName);
      expect(certificates).toContain("gateway-tls-acme");
      expect(new Set(certificates).size).toBe(certificates.length);
      expect(certificates.filter((name) => secrets.includes(name))).toEqual([]);
    },
  );

  test.each(ENVIRONMENTS)(
    "%s generates 32 random bytes for each secret, once per version",
    async (environment) => {
      const plan = await planOf(environment, (values) => {
        values.secretVersions = { "redis-password": 3 };
      });
      const generated = plan.resources.filter(({ type }) => type === "random:index/randomBytes:RandomBytes");
      expect(generated.map(({ name }) => name).sort()).toEqual(
        SECRET_NAMES.map((name) => `secrets-${name}`).sort(),
      );
      for (const { name, inputs } of generated) {
        expect(inputs).toEqual({
          length: 32,
          keepers: { version: name === "secrets-redis-password" ? "3" : "1" },
        });
      }
    },
  );
});

describe("a configured credential replaces the generated value and restarts its consumers without being shown", () => {
  const withPassword = (password: string) => (values: Draft) => {
    values.database = EXTERNAL_DATABASE;
    delete values.backup;
    values.databasePassword = password;
  };
  const external = async (password: string) => {
    const { planEnvironment } = await import("../../plan/plan-environment.ts");
    const { readRawConfig } = await import("../support/plans.ts");
    const { default: program } = await import("../../index.ts");
    const raw = readRawConfig("package", withPassword(password));
    return planEnvironment(program, { ...raw, secretKeys: new Set(["databasePassword"]) });
  };

  test("a changed database password changes the name of its Secret object", async () => {
    const names = async (password: string) =>
      [...kubernetesObjects(await external(password)).keys()].filter((key) =>
        key.startsWith("Secret/spacetime/postgres-"),
      );
    const [first, second, again] = [
      await names("first-given-value"),
      await names("second-given-value"),
      await names("first-given-value"),
    ];
    expect(first).toHaveLength(1);
    expect(second).not.toEqual(first);
    expect(again).toEqual(first);
  });

  test("the password is not in the plan", async () => {
    expect(JSON.stringify(await external("planted-database-password"))).not.toContain(
      "planted-database-password",
    );
  });

  test("the digest differs between environments, so that equal passwords are not recognizable", () => {
    const digests = ENVIRONMENTS.map((environment) => credentialDigest("smtpPassword", "same", environment));
    expect(new Set(digests).size).toBe(ENVIRONMENTS.length);
    expect(digests[0]).toMatch(/^[0-9a-f]{8}$/);
  });
});
