import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "@jest/globals";

/** Debian keeps servers in /usr/sbin and Postgres beside its version, which are not on every user's PATH. */
const SEARCH_PATH = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
  ...globSync("/usr/lib/postgresql/*/bin"),
];

/** The full path of a tool, or undefined when this machine has none. */
export function findTool(tool: string): string | undefined {
  return SEARCH_PATH.map((directory) => join(directory, tool)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether `REQUIRE_TOOLS` makes the absence of a tool a failure. */
export function isRequired(tool: string): boolean {
  const required = (process.env.REQUIRE_TOOLS ?? "").split(",");
  return required.includes("all") || required.includes(tool);
}

/** Tests that need several: of those that are missing, each is reported by its own name. */
export function describeWithTools(tools: readonly string[], title: string, body: () => void): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length === 0) describe(title, body);
  for (const tool of missing) describeWithTool(tool, title, () => undefined);
}

/**
 * Tests that need a real tool. Without the tool they are reported as skipped, by its name; with `REQUIRE_TOOLS=all` or a
 * list that names it, its absence is a failure.
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
          `${tool} was not found, and REQUIRE_TOOLS asks for it. Install it or name fewer tools.`,
        );
      });
    } else {
      test.skip(`skipped: ${tool} is not installed`, () => undefined);
    }
  });
}
