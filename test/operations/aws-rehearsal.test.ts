import { expect, test } from "@jest/globals";
import { rehearsalSteps, rehearse, requireBudget } from "../../operations/aws-rehearsal.ts";

const steps = rehearsalSteps({ region: "eu-central-1", parameters: ["Repository=octo/game"] });

/** Runs the steps with a command that fails for one of them. */
async function runSteps(failing: string | undefined, leftovers = "") {
  const lines: string[] = [];
  const ran: string[] = [];
  const failed = await rehearse(
    steps,
    async (command) => {
      const text = command.join(" ");
      ran.push(text);
      if (failing !== undefined && text.includes(failing)) return { status: 1, output: "it failed" };
      return { status: 0, output: text.includes("get-resources") ? leftovers : "" };
    },
    (line) => void lines.push(line),
  );
  return { failed, lines, ran };
}

test("the rehearsal goes from the bootstrap to destroy and ends with nothing left", async () => {
  const { failed, ran } = await runSteps(undefined);
  expect(failed).toEqual([]);
  expect(ran[0]).toContain("cloudformation deploy");
  expect(ran.findIndex((text) => text.includes("run --silent up"))).toBeGreaterThan(0);
  expect(ran.at(-2)).toBe("npm run --silent destroy -- staging --yes");
});

test("after a failed update it still destroys, and reports what it skipped", async () => {
  const { failed, lines, ran } = await runSteps("run --silent up");
  expect(failed).toEqual(["the first update"]);
  expect(ran.some((text) => text.includes("destroy"))).toBe(true);
  expect(ran.some((text) => text.includes("verify"))).toBe(false);
  expect(lines.join("\n")).toMatch(/FAILED {2,}the first update.*it failed/);
  expect(lines).toContain("skipped  the post-deployment checks");
});

test("a resource that is left after destroy is a failure", async () => {
  const { failed } = await runSteps(
    undefined,
    "arn:aws:logs:eu-central-1:471112345678:log-group:/aws/eks/x/cluster\n",
  );
  expect(failed).toEqual(["nothing of the environment is left"]);
});

test("it never deploys production, whose resources are protected", () => {
  expect(JSON.stringify(steps)).not.toContain("production");
});

test("a budget below the price of the hours is rejected before anything is created", () => {
  expect(() => requireBudget(730, 3, 2.5)).toThrow('--budget-usd is "2.5": must be at least 3.00');
  expect(() => requireBudget(730, 3, 3)).not.toThrow();
});
