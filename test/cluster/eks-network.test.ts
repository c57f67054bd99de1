import { describe, expect, test } from "@jest/globals";
import type { JsonObject, Plan, PlannedResource } from "../../plan/plan.ts";
import { findResource, planOf } from "../support/plans.ts";

const AWS_ENVIRONMENTS = ["staging", "production"] as const;
const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

const plans: Readonly<Record<string, Promise<Plan>>> = {
  staging: planOf("staging"),
  production: planOf("production"),
};

async function ofType(environment: string, ending: string): Promise<PlannedResource[]> {
  const { resources } = (await plans[environment]) as Plan;
  return resources.filter(({ type, name }) => type.endsWith(`:${ending}`) && name.startsWith("cluster-"));
}

async function inputs(environment: string, name: string): Promise<JsonObject> {
  return findResource((await plans[environment]) as Plan, name).inputs;
}

describe.each(AWS_ENVIRONMENTS)("the network of %s", (environment) => {
  test("has a public, a private and an isolated subnet in each of three zones", async () => {
    const subnets = await ofType(environment, "Subnet");
    expect(subnets.map(({ name }) => name.replace("cluster-network-", ""))).toEqual(
      ["isolated", "private", "public"].flatMap((tier) => ZONES.map((zone) => `${tier}-${zone}`)),
    );
  });

  test("tags the subnets for load balancers, which are not created otherwise", async () => {
    for (const { name, inputs: subnet } of await ofType(environment, "Subnet")) {
      const { Name: _name, ...tags } = subnet.tags as JsonObject;
      const expected = name.includes("-public-")
        ? { "kubernetes.io/role/elb": "1" }
        : name.includes("-private-")
          ? { "kubernetes.io/role/internal-elb": "1" }
          : {};
      expect([name, tags]).toEqual([name, expected]);
      expect([name, subnet.mapPublicIpOnLaunch]).toEqual([name, false]);
    }
  });

  test("routes public subnets to the internet gateway, private subnets to NAT, and isolated subnets nowhere", async () => {
    const routes = (await ofType(environment, "Route")).map(({ inputs: route }) => route);
    expect(routes).toEqual([
      {
        routeTableId: "cluster-network-private-routes-id",
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: "cluster-network-nat-id",
      },
      {
        routeTableId: "cluster-network-public-routes-id",
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: "cluster-network-internet-id",
      },
    ]);
    const associations = await ofType(environment, "RouteTableAssociation");
    expect(associations).toHaveLength(9);
    for (const { name, inputs: association } of associations) {
      const tier = name.split("-")[2];
      expect(association.routeTableId).toBe(`cluster-network-${tier}-routes-id`);
    }
  });

  test("has an S3 gateway endpoint for the private and isolated subnets", async () => {
    expect(await inputs(environment, "cluster-network-endpoint-s3")).toMatchObject({
      vpcEndpointType: "Gateway",
      serviceName: "com.amazonaws.eu-central-1.s3",
      routeTableIds: ["cluster-network-private-routes-id", "cluster-network-isolated-routes-id"],
    });
  });

  test("enables DNS support and DNS host names, so that endpoints resolve by the service names", async () => {
    expect(await inputs(environment, "cluster-network-vpc")).toMatchObject({
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  test("removes all rules from the default security group", async () => {
    expect(await inputs(environment, "cluster-network-default-group")).toMatchObject({
      ingress: [],
      egress: [],
    });
  });

  test("writes encrypted flow logs of accepted and rejected traffic", async () => {
    expect(await inputs(environment, "cluster-network-flow-logs-vpc")).toMatchObject({ trafficType: "ALL" });
    expect(await inputs(environment, "cluster-network-flow-logs-group")).toMatchObject({
      kmsKeyId: "generated:cluster-keys-logs.arn",
    });
  });

  test("places nodes and the control plane's network interfaces in private subnets", async () => {
    const { vpcConfig } = await inputs(environment, "cluster-control-plane-cluster");
    expect((vpcConfig as JsonObject).subnetIds).toEqual(
      ZONES.map((zone) => `cluster-network-private-${zone}-id`),
    );
  });
});

describe("NAT", () => {
  test("of production is a regional gateway, without a subnet or an address", async () => {
    const { tags: _tags, ...nat } = await inputs("production", "cluster-network-nat");
    expect(nat).toEqual({
      availabilityMode: "regional",
      connectivityType: "public",
      vpcId: "cluster-network-vpc-id",
    });
    expect(await ofType("production", "Eip")).toEqual([]);
  });

  test("of staging is one gateway in the first zone with an Elastic IP", async () => {
    const { tags: _tags, ...nat } = await inputs("staging", "cluster-network-nat");
    expect(nat).toEqual({
      allocationId: "cluster-network-nat-address-id",
      subnetId: "cluster-network-public-eu-central-1a-id",
    });
    expect(await ofType("staging", "NatGateway")).toHaveLength(1);
  });

  test.each(AWS_ENVIRONMENTS)(
    "of %s depends on the internet gateway, without which it fails",
    async (environment) => {
      const { dependsOn } = findResource((await plans[environment]) as Plan, "cluster-network-nat");
      expect(dependsOn.map((urn) => urn.split("::").at(-1))).toEqual([
        "cluster-network-internet",
        "cluster-network-public-out",
      ]);
    },
  );
});

describe("interface endpoints", () => {
  test("do not exist in staging, because NAT is cheaper for its traffic", async () => {
    const endpoints = await ofType("staging", "VpcEndpoint");
    expect(endpoints.map(({ inputs: endpoint }) => endpoint.vpcEndpointType)).toEqual(["Gateway"]);
    expect((await ofType("staging", "SecurityGroup")).map(({ name }) => name)).toEqual([]);
  });

  test("of production are in every zone, use private DNS, and accept only nodes and pods", async () => {
    const endpoints = (await ofType("production", "VpcEndpoint")).filter(
      ({ inputs: endpoint }) => endpoint.vpcEndpointType === "Interface",
    );
    expect(
      endpoints.map(({ inputs: endpoint }) => (endpoint.serviceName as string).split(".").slice(3).join(".")),
    ).toEqual(["ecr.api", "ecr.dkr", "eks-auth", "logs", "sts"]);
    for (const { inputs: endpoint } of endpoints) {
      expect(endpoint).toMatchObject({
        privateDnsEnabled: true,
        securityGroupIds: ["cluster-network-endpoints-id"],
      });
      expect(endpoint.subnetIds).toHaveLength(3);
    }
    const rules = (await ofType("production", "SecurityGroupIngressRule")).filter(({ name }) =>
      name.startsWith("cluster-network-endpoints"),
    );
    expect(rules.map(({ inputs: rule }) => [rule.cidrIpv4, rule.fromPort, rule.toPort])).toEqual([
      ["10.20.0.0/19", 443, 443],
      ["10.20.64.0/19", 443, 443],
      ["10.20.128.0/19", 443, 443],
    ]);
  });
});
