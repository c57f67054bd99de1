import { expect } from "@jest/globals";
import { type RollbackPlan, rollback } from "../../../../operations/pulumi/rollback/rollback.ts";
import type { StackFixture } from "./stack-fixture.ts";

/** A stack file that is identified by one value. */
export const stackFile = (image: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    encryptionsalt: "v1:salt:of-this-stack",
    config: { "spacetime-vr:gameServer": { image }, "spacetime-vr:redis": { kind: "in-cluster" }, ...more },
  });

export const runRollback = (scene: StackFixture, to?: string, plans: RollbackPlan[] = []) =>
  rollback(scene.context(), { yes: true, ...(to === undefined ? {} : { to }) }, (plan) => plans.push(plan));

/** The error of a rejected rollback; checks that nothing was applied. */
export async function rollbackError(scene: StackFixture, to?: string): Promise<string> {
  const { exitCode, message } = await runRollback(scene, to).then(
    () => Promise.reject(new Error("the rollback was not rejected")),
    (error) => error,
  );
  expect([1, 2]).toContain(exitCode);
  expect(scene.verbs()).not.toContain("up");
  return message;
}

/** Creates a verified deployment followed by a bad one. */
export async function deployGoodThenBad(scene: StackFixture) {
  const good = scene.commit(stackFile("1.0"));
  const goodId = await scene.happened({ record: {} });
  const bad = scene.commit(stackFile("2.0"));
  const badId = await scene.happened({ record: { verdict: "bad", summary: "6 of 10 checks passed" } });
  return { good, goodId, bad, badId };
}
