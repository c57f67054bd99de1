import { describe, expect, test } from "@jest/globals";
import {
  deregistrationDelaySeconds,
  nlbAnnotations,
  registrationSeconds,
} from "../../components/gateway/nlb.ts";
import { ROLLOUT_TIMEOUTS } from "../../components/shared/kubernetes/scaling.ts";
import { type Draft, kubernetesObjects, planOf } from "../support/plans.ts";

interface Service {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: object;
}

interface Deployment {
  readonly spec: {
    readonly minReadySeconds: number;
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly [
          {
            readonly lifecycle: {
              readonly preStop: { readonly exec: { readonly command: readonly string[] } };
            };
          },
        ];
      };
    };
  };
}

async function gatewayObjects(change?: (values: Draft) => void) {
  const objects = kubernetesObjects(await planOf("production", change));
  return {
    service: objects.get("Service/spacetime/gateway") as unknown as Service,
    deployment: objects.get("Deployment/spacetime/gateway") as unknown as Deployment,
    policy: objects.get("NetworkPolicy/spacetime/gateway")?.spec as unknown as {
      ingress: { from: { ipBlock: { cidr: string } }[] }[];
    },
    nginx: JSON.stringify([...objects].filter(([key]) => key.startsWith("ConfigMap/spacetime/gateway-"))),
  };
}

const NLB_ANNOTATION_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";

function parseAttributes(text: string | undefined): Record<string, string> {
  return Object.fromEntries((text ?? "").split(",").map((pair) => pair.split("=") as [string, string]));
}

describe("production's gateway behind an NLB", () => {
  test("preserves the client address and passes it to nginx", async () => {
    const { service, nginx } = await gatewayObjects();
    const target = parseAttributes(
      service.metadata.annotations[`${NLB_ANNOTATION_PREFIX}target-group-attributes`],
    );
    expect(service.metadata.annotations).toMatchObject({
      [`${NLB_ANNOTATION_PREFIX}scheme`]: "internet-facing",
      [`${NLB_ANNOTATION_PREFIX}nlb-target-type`]: "ip",
    });
    expect(target).toMatchObject({
      "preserve_client_ip.enabled": "true",
      "proxy_protocol_v2.enabled": "false",
    });
    // With the proxy protocol expected but not sent, nginx would reject every player; with a trusted header, any
    // client could spoof its address.
    expect(nginx).not.toMatch(/proxy_protocol|real_ip_header/);
  });

  test("terminates TLS in nginx, not in the load balancer", async () => {
    const { service } = await gatewayObjects();
    expect(Object.keys(service.metadata.annotations).filter((name) => name.includes("ssl"))).toEqual([]);
    expect(service.spec).toMatchObject({
      type: "LoadBalancer",
      loadBalancerClass: "eks.amazonaws.com/nlb",
      allocateLoadBalancerNodePorts: false,
      loadBalancerSourceRanges: ["0.0.0.0/0"],
      ports: [{ port: 443, targetPort: "https", protocol: "TCP" }],
    });
  });

  test("allows health checks from the load balancer's subnets", async () => {
    const { service, policy, nginx } = await gatewayObjects(({ gateway: own }) => {
      own.exposure.sourceCidrs = ["198.51.100.0/24"];
    });
    expect(service.metadata.annotations).toMatchObject({
      [`${NLB_ANNOTATION_PREFIX}healthcheck-protocol`]: "https",
      [`${NLB_ANNOTATION_PREFIX}healthcheck-port`]: "traffic-port",
      [`${NLB_ANNOTATION_PREFIX}healthcheck-path`]: "/gateway-health",
    });
    expect(nginx).toContain("location = /gateway-health");
    const from = policy.ingress.flatMap((rule) => rule.from.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []));
    const { resources } = await planOf("production");
    const subnets = resources
      .filter(({ type, name }) => type === "aws:ec2/subnet:Subnet" && name.includes("public"))
      .map(({ inputs }) => inputs.cidrBlock);
    expect(subnets).toHaveLength(3);
    expect(from.toSorted()).toEqual(["198.51.100.0/24", ...subnets].toSorted());
  });

  test("does not terminate connections on deregistration or on a failed health check", async () => {
    const { service } = await gatewayObjects();
    expect(
      parseAttributes(service.metadata.annotations[`${NLB_ANNOTATION_PREFIX}target-group-attributes`]),
    ).toMatchObject({
      "deregistration_delay.connection_termination.enabled": "false",
      "target_health_state.unhealthy.connection_termination.enabled": "false",
    });
    expect(service.metadata.annotations[`${NLB_ANNOTATION_PREFIX}attributes`]).toContain(
      "cross_zone.enabled=true",
    );
  });

  test("annotations in the stack file override the defaults", async () => {
    const { service } = await gatewayObjects(({ gateway: own }) => {
      own.exposure.annotations = { [`${NLB_ANNOTATION_PREFIX}healthcheck-interval`]: "30" };
    });
    expect(service.metadata.annotations[`${NLB_ANNOTATION_PREFIX}healthcheck-interval`]).toBe("30");
  });
});

describe("deregistration takes as long as the NLB and the sessions need", () => {
  test("nginx serves until deregistration and drain are complete, within the grace period", async () => {
    const { deployment, service } = await gatewayObjects(({ gateway: own, gameServer }) => {
      own.exposure.deregistrationSeconds = 150;
      gameServer.drainSeconds = 180;
    });
    const { terminationGracePeriodSeconds, containers } = deployment.spec.template.spec;
    const [{ lifecycle }] = containers;
    const sleep = Number(lifecycle.preStop.exec.command[1]);
    const delay = Number(
      parseAttributes(service.metadata.annotations[`${NLB_ANNOTATION_PREFIX}target-group-attributes`])[
        "deregistration_delay.timeout_seconds"
      ],
    );
    expect({ sleep, delay, terminationGracePeriodSeconds }).toEqual({
      sleep: 150,
      delay: 330,
      terminationGracePeriodSeconds: 360,
    });
    expect(terminationGracePeriodSeconds).toBeGreaterThan(delay);
  });

  test("an old gateway pod terminates only after the NLB has had time to register the new one", async () => {
    const { deployment } = await gatewayObjects();
    expect(deployment.spec.minReadySeconds).toBe(150);
    // Four waves of 25 %, each with that wait and three minutes of startup, finish before Pulumi's timeout.
    expect(4 * (deployment.spec.minReadySeconds + 180)).toBeLessThan(
      Number.parseInt(ROLLOUT_TIMEOUTS.update, 10) * 60,
    );
  });

  test("values are within the limits of a target group", () => {
    expect(deregistrationDelaySeconds({ deregistrationSeconds: 900, drainSeconds: 3600 })).toBe(3600);
    expect(registrationSeconds({ deregistrationSeconds: 0, drainSeconds: 10 })).toBe(20);
    const annotations = nlbAnnotations({ deregistrationSeconds: 150, drainSeconds: 180 });
    for (const [name, text] of Object.entries(annotations))
      expect([name, typeof text]).toEqual([name, "string"]);
  });
});
