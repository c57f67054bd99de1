import { expect, test } from "@jest/globals";
import { useExistingCluster } from "../support/filled-config.ts";
import { type Draft, kubernetesObjects, planOf } from "../support/plans.ts";

async function exposedObjects(
  environment: "local" | "package" | "production",
  change?: (values: Draft) => void,
) {
  const objects = kubernetesObjects(await planOf(environment, change));
  return {
    service: objects.get("Service/spacetime/gateway")?.spec,
    ingress: objects.get("Ingress/spacetime/gateway"),
    policy: JSON.stringify(objects.get("NetworkPolicy/spacetime/gateway")?.spec),
  };
}

test("a load balancer preserves the client address and admits only the configured networks", async () => {
  const { service, ingress, policy } = await exposedObjects("production", (values) => {
    useExistingCluster(values);
    values.gateway.exposure.sourceCidrs = ["198.51.100.0/24"];
  });
  expect(service).toMatchObject({
    type: "LoadBalancer",
    externalTrafficPolicy: "Local",
    loadBalancerSourceRanges: ["198.51.100.0/24"],
  });
  expect(policy).toContain('"cidr":"198.51.100.0/24"');
  expect(ingress).toBeUndefined();
});

test("an Ingress connects to the gateway over TLS, and only its controller is allowed to", async () => {
  const { service, ingress, policy } = await exposedObjects("package");
  expect(service).toMatchObject({ type: "ClusterIP" });
  expect(ingress).toMatchObject({
    metadata: { annotations: { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" } },
    spec: { ingressClassName: "nginx", tls: [{ hosts: ["play.example.com"], secretName: "gateway-tls" }] },
  });
  expect(policy).toContain('"kubernetes.io/metadata.name":"ingress-nginx"');
  expect(policy).not.toContain("0.0.0.0/0");
});

test("the node port is the configured port", async () => {
  const { service } = await exposedObjects("local", ({ gateway }) => {
    gateway.exposure.port = 31234;
  });
  expect(service).toMatchObject({
    type: "NodePort",
    ports: [{ port: 443, targetPort: "https", nodePort: 31234 }],
  });
});
