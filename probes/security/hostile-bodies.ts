import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { type HttpResponse, NoResponseError } from "../client/http.ts";
import { describeResponse } from "../contract.ts";

/** Twice the largest body that the catalogue permits by default (GODOT_HTTP_MAX_BODY_BYTES). */
const OVERSIZED_BYTES = 4 * 2 ** 20;

/** Deep enough to overflow the stack of a recursive parser. */
const NESTING = 20_000;

const nested = `{"subject":${"[".repeat(NESTING)}${"]".repeat(NESTING)},"role":"player"}`;

const MALFORMED = [
  '{"subject":',
  "\u0000",
  '{"subject":"\\ud800","role":"player"}',
  '{"subject":{"__proto__":1}}',
];

/** Sends a body to a route that rejects it before it has an effect; a closed connection counts as a rejection. */
async function send({ http }: CheckContext, rawBody: string): Promise<HttpResponse | "closed"> {
  try {
    return await http("/auth/token", { method: "POST", rawBody, retry: false });
  } catch (error) {
    if (error instanceof NoResponseError && !/no response within/.test(error.message)) return "closed";
    throw error;
  }
}

function rejectedVerdict(reply: HttpResponse | "closed", statuses: readonly number[], what: string): Verdict {
  if (reply === "closed") return PASS;
  return passIf(statuses.includes(reply.status), {
    reason: `${what} is not rejected.`,
    expected: statuses.join(" or "),
    seen: describeResponse(reply),
    remedy: "Limit the size and the depth of a body before it is parsed and validated.",
  });
}

export const hostileBodies = defineCheck({
  suite: "security",
  name: "hostile-bodies",
  title: "Oversized, deeply nested and malformed bodies are rejected, and the server keeps responding.",
  findings: ["oversized", "nested", "malformed", "responsive"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) {
      return { findings: { oversized: missing, nested: missing, malformed: missing, responsive: missing } };
    }
    const oversized = await send(context, `{"subject":"${"a".repeat(OVERSIZED_BYTES)}"}`);
    const deep = await send(context, nested);
    const malformed = await Promise.all(MALFORMED.map((body) => send(context, body)));
    const accepted = malformed.find((reply) => reply !== "closed" && reply.status !== 400);
    const health = await context.http("/health");
    return {
      findings: {
        oversized: rejectedVerdict(oversized, [413], "An oversized body"),
        nested: rejectedVerdict(deep, [400, 413], "A deeply nested body"),
        malformed: rejectedVerdict(accepted ?? "closed", [400], "A malformed body"),
        responsive: passIf(health.status === 200, {
          reason: "The server no longer responds after hostile bodies.",
          expected: "200 from /health",
          seen: describeResponse(health),
          remedy: "Read the server's log; a body must not stop the main loop.",
        }),
      },
    };
  },
});
