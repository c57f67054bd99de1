import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { RequestOptions } from "../client/http.ts";
import { statusBody } from "../contract.ts";

/** What nobody may reach without a token, with the least that it answers to those who may. */
const PROTECTED_ROUTES: readonly (readonly [path: string, ask: RequestOptions])[] = [
  ["/performance", {}],
  ["/scene", {}],
  ["/players", {}],
  ["/world", {}],
  ["/players", { method: "POST", body: { name: "spacetime-vr-probe" } }],
  ["/auth/token", { method: "POST", body: { subject: "spacetime-vr-probe", role: "admin" } }],
];

export const authentication = defineCheck({
  suite: "smoke",
  name: "authentication",
  title: "No guarded route answers without a token, and the right token is served.",
  findings: ["refused", "served", "telemetry"],
  async run(context) {
    const { http } = context;
    const replies = await Promise.all(
      PROTECTED_ROUTES.map(async ([path, ask]) => ({
        path,
        method: ask.method ?? "GET",
        reply: await http(path, { ...ask, as: "none" }),
      })),
    );
    const open = replies.filter(({ reply }) => reply.status !== 401);
    const missing = missingTokenVerdict(context);
    const served = missing === undefined ? await http("/players") : undefined;
    return {
      findings: {
        refused: passIf(open.length === 0, {
          reason: "Protected routes can be used without a token.",
          expected: "401 from each",
          seen: open.map(({ method, path, reply }) => `${method} ${path}: ${reply.status}`).join(", "),
          remedy: "Set GODOT_JWT_ENABLED to true, and configure the server's keys.",
        }),
        served:
          missing ??
          passIf(served?.status === 200, {
            reason: "The service token is rejected.",
            expected: "200",
            seen: String(served?.status),
            remedy: "Check that the token belongs to this environment and was not rotated.",
          }),
        telemetry: await evaluateTelemetryAuth(context),
      },
      measured: { routes: replies.length },
    };
  },
});

/** Where telemetry takes a token, a client without one is refused before it is connected. */
async function evaluateTelemetryAuth({ http, telemetry }: CheckContext) {
  const { telemetry: said } = statusBody.safeParse((await http("/status")).json).data ?? {};
  const session = await telemetry({ frames: 1, ms: 500, as: "none" });
  const isOpen = said?.auth_required === false;
  return passIf(said !== undefined && (isOpen ? session.opened : session.refusedWith === 401), {
    reason: "Telemetry does not enforce the token setting that the server reports.",
    expected: isOpen ? "a connection without a token" : "401",
    seen: session.opened ? "connected" : `refused with ${session.refusedWith ?? "nothing"}`,
    remedy: "Set GODOT_TELEMETRY_AUTH_REQUIRED to true.",
  });
}
