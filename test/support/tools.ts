import { globSync } from "node:fs";
import { delimiter } from "node:path";
import { describe, test } from "@jest/globals";
import { findProgram } from "../../operations/find-program.ts";

/** Debian installs servers in /usr/sbin and Postgres in a versioned directory, which are not on every user's PATH. */
const SEARCH_PATH = [
  process.env.PATH ?? "",
  "/usr/sbin",
  "/usr/local/sbin",
  ...globSync("/usr/lib/postgresql/*/bin"),
].join(delimiter);

/** The full path of a tool, or undefined when it is not installed. */
export function findTool(tool: string): string | undefined {
  return findProgram(tool, SEARCH_PATH);
}

/** Whether `REQUIRE_TOOLS` turns a missing tool into a failure. */
export function isRequired(tool: string): boolean {
  const required = (process.env.REQUIRE_TOOLS ?? "").split(",");
  return required.includes("all") || required.includes(tool);
}

/** Tests that require several tools; each missing tool is reported by name. */
export function describeWithTools(tools: readonly string[], title: string, body: () => void): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length === 0) describe(title, body);
  for (const tool of missing) describeWithTool(tool, title, () => undefined);
}

/**
 * Tests that require a tool. Without it they are skipped and the tool is named; with `REQUIRE_TOOLS=all` or a list that contains it,
 * a missing tool is a failure.
 */
export function describeWithTool(tool: string, title: string, body: (path: string) => void): void {
  const path = findTool(tool);
  if (path !== undefined) {
    describe(title, () => body(path));
    return;
  }
  describe(title, () => {
    if (isRequired(tool)) {
      test(`needs ${tool}`, () => {
        throw new Error(
          `${tool} was not found but is required by REQUIRE_TOOLS. Install it, or remove it from REQUIRE_TOOLS.`,
        );
      });
    } else {
      test.skip(`skipped: ${tool} is not installed`, () => undefined);
    }
  });
}
