import { describe, expect, test } from "@jest/globals";
import type { Environment } from "../../components/shared/environments.ts";
import type { Plan } from "../../plan/plan.ts";
import { useExistingCluster } from "../support/filled-config.ts";
import { type Draft, kubernetesObjects, planOf, podTemplates } from "../support/plans.ts";

/** The DNS names of each internal certificate, whether cert-manager or the program issues it. */
function certificateDnsNames(plan: Plan): Map<string, readonly string[]> {
  const requests = plan.resources
    .filter(({ type }) => /:(CertRequest|Certificate)$/.test(type))
    .map(({ name, inputs }) => {
      const { dnsNames, spec } = inputs as { dnsNames?: string[]; spec?: { dnsNames?: string[] } };
      return [
        name.replace(/-request$/, "").replace(/^.*-(?=game-server$|postgres$|redis$|gateway$)/, ""),
        dnsNames ?? spec?.dnsNames ?? [],
      ] as const;
    });
  return new Map(requests);
}

function gameServerEnv(plan: Plan): Record<string, string> {
  const objects = [...kubernetesObjects(plan).values()];
  const found = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("game-server-env-"),
  );
  return (found as unknown as { data: Record<string, string> }).data;
}

/** Environments with in-cluster data stores, with both kinds of certificates. */
const WITH_IN_CLUSTER_DATA_STORES: readonly (readonly [
  Environment,
  ((values: Draft) => void) | undefined,
])[] = [
  ["package", undefined],
  ["production", useExistingCluster],
];

describe.each(WITH_IN_CLUSTER_DATA_STORES)(
  "%s: internal certificates match the host names of their clients",
  (environment, change) => {
    test("the data stores' certificates cover the hosts in the game server's variables", async () => {
      const plan = await planOf(environment, change);
      const names = certificateDnsNames(plan);
      const { GODOT_DATABASE_HOST, GODOT_REDIS_HOST } = gameServerEnv(plan);
      expect(names.get("postgres")).toContain(GODOT_DATABASE_HOST);
      expect(names.get("redis")).toContain(GODOT_REDIS_HOST);
    });

    test("the game server's certificate covers the host name that nginx verifies", async () => {
      const plan = await planOf(environment, change);
      const configs = [...kubernetesObjects(plan).values()].filter(({ metadata }) =>
        metadata.name.startsWith("gateway-"),
      );
      const checked = /proxy_ssl_name ([^;]+);/.exec(JSON.stringify(configs))?.[1];
      expect(certificateDnsNames(plan).get("game-server")).toContain(checked);
    });

    test("a pod mounts only its own private key", async () => {
      const keys = [...podTemplates(await planOf(environment, change))].map(([workload, template]) => {
        const items = [...JSON.stringify(template).matchAll(/"key":"([a-z-]+\.key)"/g)].map(([, key]) => key);
        return [workload, items] as const;
      });
      const own = environment === "package";
      const key = (server: string) => (own ? `${server}.key` : "tls.key");
      expect(Object.fromEntries(keys)).toEqual({
        "Deployment/game-server-main": [key("game-server")],
        // The public certificate and that of the exporter next to nginx.
        "Deployment/gateway": ["tls.key", key("gateway")],
        "StatefulSet/postgres": [key("postgres")],
        "StatefulSet/redis": [key("redis")],
        "StatefulSet/backup-repository": [key("backup-repository")],
        "Deployment/redis-exporter": [key("redis-exporter")],
        "Deployment/postgres-exporter": [key("postgres-exporter")],
        "Deployment/blackbox-exporter": [key("blackbox-exporter")],
        "Deployment/kube-state-metrics": [key("kube-state-metrics")],
        "Deployment/grafana": [key("grafana")],
        "StatefulSet/alertmanager": [key("alertmanager")],
        "StatefulSet/prometheus": [key("prometheus")],
      });
    });
  },
);

test("production waits for each certificate and renews it at a percentage of its lifetime", async () => {
  const certificates = [...kubernetesObjects(await planOf("production")).values()].filter(
    ({ kind }) => kind === "Certificate",
  );
  // The public certificate, the CA, the game server, the gateway's exporter, four of monitoring and the log shipper.
  expect(certificates).toHaveLength(9);
  for (const { metadata, spec } of certificates) {
    expect(metadata).toHaveProperty(["annotations", "pulumi.com/waitFor"], "condition=Ready");
    if (metadata.name !== "internal-authority") expect(spec).toHaveProperty("renewBeforePercentage", 33);
  }
});

test("the self-signed certificate has an RSA key of 4096 bits and is valid for 365 days", async () => {
  const { resources } = await planOf("package");
  const inputsOf = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
  expect(inputsOf("certificates-public-key")).toEqual({ algorithm: "RSA", rsaBits: 4096 });
  expect(inputsOf("certificates-public-certificate")).toMatchObject({
    validityPeriodHours: 365 * 24,
    dnsNames: ["play.example.com"],
  });
});

test("the Secrets of self-signed and ACME certificates have different names, so the kind can be changed in place", async () => {
  const written = (plan: Plan): string[] => [
    ...[...kubernetesObjects(plan).values()].flatMap(({ kind, metadata, spec }) =>
      kind === "Secret"
        ? [metadata.name]
        : kind === "Certificate"
          ? [(spec as { secretName: string }).secretName]
          : [],
    ),
  ];
  const tls = (plan: Plan): string[] => written(plan).filter((name) => /tls|authority/.test(name));
  const selfSigned = tls(await planOf("package"));
  const acme = tls(await planOf("production"));
  expect([...new Set(selfSigned)].toSorted()).toEqual(["gateway-tls", "internal-tls"]);
  expect(acme.filter((name) => selfSigned.includes(name))).toEqual([]);
  const mounted = JSON.stringify(podTemplates(await planOf("production")).get("Deployment/gateway"));
  expect(mounted).toContain('"secretName":"gateway-tls-acme"');
});

test("another ACME server is another issuer, because cert-manager reissues nothing when an issuer changes", async () => {
  const references = await Promise.all(
    ["letsencrypt", "letsencrypt-staging"].map(async (server) => {
      const plan = await planOf("staging", (values) => {
        values.certificates.server = server;
      });
      const certificate = kubernetesObjects(plan).get("Certificate/spacetime/gateway-tls-acme");
      return (certificate?.spec as { issuerRef: { name: string } } | undefined)?.issuerRef.name;
    }),
  );
  expect(references).toEqual(["spacetime-vr-letsencrypt", "spacetime-vr-letsencrypt-staging"]);
});
