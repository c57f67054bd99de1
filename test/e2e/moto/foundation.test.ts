import { beforeAll, expect, test } from "@jest/globals";
import { calculateSubnetPlan, SUBNET_TIERS } from "../../../components/shared/aws/subnet-plan.ts";
import type { JsonObject, Plan } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import { describeWithMoto, MOTO_TIMEOUT, type MotoReport } from "./moto.ts";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

/** A plan with changed arguments for one resource. */
function changeResource(plan: Plan, name: string, change: JsonObject): Plan {
  const resources = plan.resources.map((resource) =>
    resource.name === name ? { ...resource, inputs: { ...resource.inputs, ...change } } : resource,
  );
  return { ...plan, resources };
}

/** Invalid arguments by resource. */
const INVALID_ARGUMENTS: readonly (readonly [name: string, change: JsonObject])[] = [
  ["cluster-network-public-eu-central-1b", { cidrBlock: "10.30.0.0/21" }],
  [
    "cluster-control-plane-node-role-AmazonEKSWorkerNodeMinimalPolicy",
    { policyArn: "arn:aws:iam::aws:policy/NoSuch" },
  ],
  ["cluster-network-flow-logs-vpc", { trafficType: "EVERYTHING" }],
  ["cluster-access-nodes", { principalArn: 1 }],
  ["cluster-network-flow-logs-policy", { policy: "{}" }],
];

describeWithMoto("the AWS calls of the cluster's plan", (reports) => {
  let staging: MotoReport;
  let production: MotoReport;
  let broken: MotoReport;

  beforeAll(async () => {
    const plans = [await planOf("staging"), await planOf("production")] as const;
    const spoilt = INVALID_ARGUMENTS.reduce(
      (plan, [name, change]) => changeResource(plan, name, change),
      plans[0],
    );
    [staging, production, broken] = reports([...plans, spoilt]) as [MotoReport, MotoReport, MotoReport];
  }, MOTO_TIMEOUT);

  test.each([
    ["staging", "10.30.0.0/18"],
    ["production", "10.20.0.0/16"],
  ] as const)("of %s are accepted by EC2, IAM, KMS, Logs and EKS", (environment, cidr) => {
    const { problems, tried, state } = environment === "staging" ? staging : production;
    expect(problems).toEqual([]);
    expect(tried).toMatchObject({
      "aws:ec2/subnet:Subnet": 9,
      "aws:ec2/vpc:Vpc": 1,
      "aws:eks/cluster:Cluster": 1,
      "aws:ec2/natGateway:NatGateway": 1,
      "aws:ec2/flowLog:FlowLog": 1,
    });
    const subnets = calculateSubnetPlan(cidr, ZONES).flatMap((zone) =>
      SUBNET_TIERS.map((tier) => [zone.zone, zone[tier]]),
    );
    expect([...state.subnets].sort()).toEqual(subnets.sort());
    expect(state.log_retention[`/aws/eks/spacetime-vr-${environment}/cluster`]).toBe(
      environment === "production" ? 365 : 30,
    );
    expect(state.attached_policies[`spacetime-vr-${environment}-node`]).toEqual([
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSWorkerNodeMinimalPolicy",
    ]);
  });

  test("that moto does not implement are listed as not tested", () => {
    const eks = production.unsupported
      .map((text) => text.split(": ")[0])
      .filter((type) => type?.startsWith("aws:eks"));
    expect(eks).toEqual([
      "aws:eks/accessEntry:AccessEntry",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      "aws:eks/addon:Addon",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    ]);
  });

  test.each(INVALID_ARGUMENTS)("are rejected when an argument is invalid: %s", (name) => {
    expect(broken.problems.filter((problem) => problem.startsWith(`${name}: `))).not.toEqual([]);
  });
});
