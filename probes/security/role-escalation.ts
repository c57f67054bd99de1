import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { HttpResponse, RequestOptions } from "../client/http.ts";
import { describeResponse, parseBody, sceneBody } from "../contract.ts";

/** A request that a role must not be able to make. Each is harmless if it succeeds. */
type Attempt = readonly [path: string, request: RequestOptions];

function forbiddenVerdict(attempts: readonly (readonly [string, HttpResponse])[], role: string): Verdict {
  const allowed = attempts.filter(([, { status }]) => status !== 403 && status !== 404);
  return passIf(allowed.length === 0, {
    reason: `The role ${role} can make requests that require another role.`,
    expected: "403 from each",
    seen: allowed.map(([name, reply]) => `${name}: ${describeResponse(reply)}`).join(", "),
    remedy: "Set GODOT_RBAC_ENABLED to true, and check the role of every route.",
  });
}

async function attemptAs(
  context: CheckContext,
  role: "observer" | "player",
  attempts: readonly Attempt[],
): Promise<Verdict> {
  const { token, reply } = await mintToken(context, role);
  if (token === undefined) return mintFailedVerdict(reply);
  const replies = await Promise.all(
    attempts.map(
      async ([path, request]) =>
        [
          `${request.method ?? "GET"} ${path}`,
          await context.http(path, { ...request, auth: token }),
        ] as const,
    ),
  );
  return forbiddenVerdict(replies, role);
}

export const roleEscalation = defineCheck({
  suite: "security",
  name: "role-escalation",
  title: "Observers and players cannot act as operators, and cannot issue tokens.",
  findings: ["observer", "player", "issue-token"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined)
      return { findings: { observer: missing, player: missing, "issue-token": missing } };
    const scene = parseBody(await context.http("/scene"), sceneBody)?.scene;
    const loadCurrentScene: Attempt = [
      "/scene",
      { method: "POST", body: { scene: scene ?? context.target.expected.mainScene } },
    ];
    const issue: Attempt = [
      "/auth/token",
      { method: "POST", body: { subject: `${context.run}-escalated`, role: "admin" } },
    ];
    return {
      findings: {
        observer: await attemptAs(context, "observer", [["/drain", {}], loadCurrentScene]),
        player: await attemptAs(context, "player", [["/drain", {}], loadCurrentScene]),
        "issue-token": await attemptAs(context, "player", [issue]),
      },
    };
  },
});
