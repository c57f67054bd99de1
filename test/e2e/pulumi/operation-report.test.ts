import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { operationCounts, recordOperation, renderOperationReport } from "./operation-report.ts";

let directory = "";
const { ENGINE_REPORT } = process.env;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "operation-report-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
  if (ENGINE_REPORT === undefined) delete process.env.ENGINE_REPORT;
  else process.env.ENGINE_REPORT = ENGINE_REPORT;
});

const PREVIEW_AND_UPDATE = `Previewing update (staging):
Resources:
    ~ 1 to update
    +-1 to replace
    2 changes. 310 unchanged

Updating (staging):
Resources:
    ~ 1 updated
    +-1 replaced
    2 changes. 310 unchanged

Duration: 9s
`;

test("the counts are those of the last summary, without the sum of the changes", () => {
  expect(operationCounts(PREVIEW_AND_UPDATE)).toBe("1 updated, 1 replaced, 310 unchanged");
  expect(operationCounts("Resources:\n    + 312 to create\n")).toBe("312 to create");
  expect(operationCounts("error: no stack\n")).toBe("");
});

test("the report has a row for each recorded operation, in their order, and says so if there is none", () => {
  const file = join(directory, "engine.jsonl");
  expect(renderOperationReport(file)).toBe("no operation of the engine was recorded\n");
  process.env.ENGINE_REPORT = file;
  recordOperation({ environment: "staging", operation: "up", seconds: 12.345, counts: "312 created" });
  recordOperation({ environment: "staging", operation: "destroy", seconds: 6, counts: "312 deleted" });
  expect(renderOperationReport(file)).toBe(`| environment | operation | seconds | counts |
|---|---|---|---|
| staging | up | 12.3 | 312 created |
| staging | destroy | 6.0 | 312 deleted |
`);
});
