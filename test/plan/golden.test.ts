import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import {
  architectureDiagramPath,
  describeGoldenMismatch,
  readGolden,
  serializeGolden,
} from "../../plan/golden.ts";
import { renderGraphSvg } from "../../plan/graph/render-graph.ts";
import { planOf } from "../support/plans.ts";
import { createObject, createPlan } from "./plan-builders.ts";

describe("every plan matches its golden plan", () => {
  test.each(ENVIRONMENTS)("%s", async (environment) => {
    const problem = describeGoldenMismatch(await planOf(environment), readGolden(process.cwd(), environment));
    // Thrown, because the message is the diff itself.
    if (problem !== undefined) throw new Error(problem);
  });
});

test("the committed graph of production matches its plan", async () => {
  const shown = readFileSync(architectureDiagramPath(process.cwd()), "utf8");
  const drawn = await renderGraphSvg(await planOf("production"));
  if (shown !== drawn)
    throw new Error(`docs/images/production.svg is out of date: run "npm run golden" and commit it.`);
});

describe("a plan that differs from its golden plan", () => {
  const plan = (level: string) =>
    createPlan(createObject("core/v1", "ConfigMap", "env", { data: { LEVEL: level } }));

  test("is reported as a diff with the command that updates the golden plan", () => {
    const problem = describeGoldenMismatch(plan("debug"), serializeGolden(plan("info")));
    expect(problem).toContain('data.LEVEL: "info" → "debug"');
    expect(problem).toContain('run "npm run golden" and commit test/golden/local.json');
  });

  test("is distinguished from a golden file that was edited by hand", () => {
    expect(describeGoldenMismatch(plan("info"), `${serializeGolden(plan("info"))}\n`)).toContain(
      "file was edited by hand",
    );
  });

  test("is reported when no golden plan exists", () => {
    expect(describeGoldenMismatch(plan("info"), undefined)).toContain("local has no golden plan");
  });

  test("is accepted when only the order of resources and keys differs", () => {
    const { resources, ...rest } = plan("info");
    expect(
      describeGoldenMismatch({ resources: resources.toReversed(), ...rest }, serializeGolden(plan("info"))),
    ).toBeUndefined();
  });
});
