import { expect, test } from "@jest/globals";
import { allocatableCpu, packNodes } from "../../../plan/cost/node-packing.ts";
import { planOf } from "../../support/plans.ts";

test("a node keeps what the kubelet of EKS reserves", () => {
  expect(allocatableCpu(2)).toBeCloseTo(1.93);
  expect(allocatableCpu(4)).toBeCloseTo(3.92);
  expect(allocatableCpu(16)).toBeCloseTo(15.89);
});

test("game servers of production and staging leave less than a fifth, and less than two thirds, of their nodes empty", async () => {
  const waste = async (environment: "staging" | "production") => {
    const game = packNodes(await planOf(environment)).find(({ pool }) => pool === "game");
    return 1 - (game?.requested ?? 0) / (game?.allocatable ?? 1);
  };
  expect(await waste("production")).toBeLessThan(0.2);
  // Two replicas in two zones need two nodes, whatever their size.
  expect(await waste("staging")).toBeLessThan(0.66);
});

test("a game server of two whole vCPUs would leave half of its node empty", async () => {
  const plan = await planOf("production", (values) => {
    values.gameServer.pools[0].resources.cpu = "2";
  });
  const game = packNodes(plan).find(({ pool }) => pool === "game");
  expect(game).toMatchObject({ nodes: 3, cpus: 4, requested: 6 });
  expect(game?.allocatable).toBeGreaterThan(11);
});

test("every environment on EKS needs more vCPUs than a new account has", async () => {
  for (const [environment, vcpus] of [
    ["production", 18],
    ["staging", 10],
  ] as const) {
    const pools = packNodes(await planOf(environment));
    expect(pools.map(({ pool }) => pool).sort()).toEqual(["game", "monitoring", "system"]);
    expect(pools.reduce((sum, { nodes, cpus }) => sum + nodes * cpus, 0)).toBe(vcpus);
  }
});

test("an environment without node pools of EKS has no nodes to pack", async () => {
  expect(packNodes(await planOf("local"))).toEqual([]);
});
