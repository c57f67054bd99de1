import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { goldenProblem, goldenText, picturePath, readGolden } from "../../plan/golden.ts";
import { graphSvg } from "../../plan/graph.ts";
import { planOf } from "../support/plans.ts";
import { object, planWith } from "./fixture.ts";

describe("a pull request shows what it changes: every plan is its golden plan", () => {
  test.each(ENVIRONMENTS)("%s", async (environment) => {
    const problem = goldenProblem(await planOf(environment), readGolden(process.cwd(), environment));
    // The message is the difference itself; an expectation would bury it.
    if (problem !== undefined) throw new Error(problem);
  });
});

test("the picture in the README is that of the present production plan", async () => {
  const shown = readFileSync(picturePath(process.cwd()), "utf8");
  const drawn = await graphSvg(await planOf("production"));
  if (shown !== drawn)
    throw new Error(`docs/images/production.svg is out of date: run "npm run golden" and commit it.`);
});

describe("a plan that is not its golden plan", () => {
  const plan = (level: string) => planWith(object("core/v1", "ConfigMap", "env", { data: { LEVEL: level } }));

  test("is shown as a difference, with the command that makes it golden", () => {
    const problem = goldenProblem(plan("debug"), goldenText(plan("info")));
    expect(problem).toContain('data.LEVEL: "info" → "debug"');
    expect(problem).toContain('run "npm run golden" and commit test/golden/local.json');
  });

  test("is told apart from a golden file that somebody edited", () => {
    expect(goldenProblem(plan("info"), `${goldenText(plan("info"))}\n`)).toContain("edited it by hand");
  });

  test("may be the first one", () => {
    expect(goldenProblem(plan("info"), undefined)).toContain("local has no golden plan");
  });

  test("is none when only the order of its resources and keys is another", () => {
    const { resources, ...rest } = plan("info");
    expect(
      goldenProblem({ resources: resources.toReversed(), ...rest }, goldenText(plan("info"))),
    ).toBeUndefined();
  });
});
