import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse } from "../contract.ts";

/** Paths that leave a public route for a protected one or for the file system. */
const RAW_PATHS = [
  "/health/../players",
  "/health/..;/players",
  "//players",
  "/./players",
  "/../../../../etc/passwd",
] as const;

/** The same with encoded dots, slashes and NUL, once and twice. */
const ENCODED_PATHS = [
  "/health/%2e%2e/players",
  "/health/..%2fplayers",
  "/health/%252e%252e/players",
  "/health%00/../players",
  "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
] as const;

/** What a response must not contain: a file of the system, or the protected route's body. */
const LEAK = /root:[^:]*:0:0:|"players"\s*:\s*\[/;

async function traversalVerdict({ http }: CheckContext, paths: readonly string[]): Promise<Verdict> {
  const replies = await Promise.all(
    paths.map(async (path) => [path, await http(path, { auth: "none", retry: false })] as const),
  );
  const wrong = replies.filter(([, { status, text }]) => status >= 500 || LEAK.test(text));
  return passIf(wrong.length === 0, {
    reason: "A path with dots, slashes or NUL reaches what it must not, or makes the server fail.",
    expected: "a rejection, 4xx",
    seen: wrong.map(([path, reply]) => `${path}: ${describeResponse(reply)}`).join(", "),
    remedy: "Decode and normalize the path once, before routing and authorization.",
  });
}

export const pathTraversal = defineCheck({
  suite: "security",
  name: "path-traversal",
  title: "Paths with raw or encoded dots and slashes reach no protected route and no file.",
  findings: ["raw", "encoded"],
  async run(context) {
    return {
      findings: {
        raw: await traversalVerdict(context, RAW_PATHS),
        encoded: await traversalVerdict(context, ENCODED_PATHS),
      },
      measured: { paths: RAW_PATHS.length + ENCODED_PATHS.length },
    };
  },
});
