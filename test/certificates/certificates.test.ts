import { describe, expect, test } from "@jest/globals";
import type { Environment } from "../../components/shared/environments.ts";
import type { Plan } from "../../plan/plan.ts";
import { kubernetesObjects, planOf, podTemplates } from "../support/plans.ts";

/** The names that each internal certificate is for, whoever makes it. */
function certifiedNames(plan: Plan): Map<string, readonly string[]> {
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

async function variables(environment: Environment): Promise<Record<string, string>> {
  const objects = [...kubernetesObjects(await planOf(environment)).values()];
  const found = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("game-server-env-"),
  );
  return (found as unknown as { data: Record<string, string> }).data;
}

describe.each<Environment>(["package", "production"])(
  "%s: whoever is called can prove its name",
  (environment) => {
    test("the stores' certificates are for the hosts that the game server is told", async () => {
      const names = certifiedNames(await planOf(environment));
      const { GODOT_DATABASE_HOST, GODOT_REDIS_HOST } = await variables(environment);
      expect(names.get("postgres")).toContain(GODOT_DATABASE_HOST);
      expect(names.get("redis")).toContain(GODOT_REDIS_HOST);
    });

    test("the game server's certificate is for the host that nginx checks", async () => {
      const plan = await planOf(environment);
      const configs = [...kubernetesObjects(plan).values()].filter(({ metadata }) =>
        metadata.name.startsWith("gateway-"),
      );
      const checked = /proxy_ssl_name ([^;]+);/.exec(JSON.stringify(configs))?.[1];
      expect(certifiedNames(plan).get("game-server")).toContain(checked);
    });

    test("a pod mounts its own key and nobody else's", async () => {
      const keys = [...podTemplates(await planOf(environment))].map(([workload, template]) => {
        const items = [...JSON.stringify(template).matchAll(/"key":"([a-z-]+\.key)"/g)].map(([, key]) => key);
        return [workload, items] as const;
      });
      const own = environment === "package";
      const key = (server: string) => (own ? `${server}.key` : "tls.key");
      expect(Object.fromEntries(keys)).toEqual({
        "Deployment/game-server-main": [key("game-server")],
        // The public one, and that of the exporter beside nginx.
        "Deployment/gateway": ["tls.key", key("gateway")],
        "StatefulSet/postgres": [key("postgres")],
        "StatefulSet/redis": [key("redis")],
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

test("production waits for each certificate and renews it by a share of its lifetime, because lifetimes shrink", async () => {
  const certificates = [...kubernetesObjects(await planOf("production")).values()].filter(
    ({ kind }) => kind === "Certificate",
  );
  // The public one, the authority, three servers, eight of the monitoring with the gateway, the log shipper, and two
  // exporters of the stores.
  expect(certificates).toHaveLength(15);
  for (const { metadata, spec } of certificates) {
    expect(metadata).toHaveProperty(["annotations", "pulumi.com/waitFor"], "condition=Ready");
    if (metadata.name !== "internal-authority") expect(spec).toHaveProperty("renewBeforePercentage", 33);
  }
});

test("the self-signed pair is the seeds': RSA with 4096 bits for 365 days", async () => {
  const { resources } = await planOf("package");
  const inputsOf = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
  expect(inputsOf("certificates-public-key")).toEqual({ algorithm: "RSA", rsaBits: 4096 });
  expect(inputsOf("certificates-public-certificate")).toMatchObject({
    validityPeriodHours: 365 * 24,
    dnsNames: ["play.example.com"],
  });
});
