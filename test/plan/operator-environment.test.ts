import { afterEach, expect, test } from "@jest/globals";
import { planUncached } from "../support/plans.ts";

const before = process.env.KUBECONFIG;

afterEach(() => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

test("a plan is the same for every operator, whatever kubeconfig the shell selects", async () => {
  delete process.env.KUBECONFIG;
  const plan = await planUncached("package");
  process.env.KUBECONFIG = "/home/operator/.kube/other";
  expect(await planUncached("package")).toEqual(plan);
});
