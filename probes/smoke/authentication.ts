import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { RequestOptions } from "../client/http.ts";
import { statusBody } from "../contract.ts";

/** Requests that must be rejected without a token. */
const PROTECTED_ROUTES: readonly (readonly [path: string, request: RequestOptions])[] = [
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
  title: "Protected routes return 401 without a token, and the service token is accepted.",
  findings: ["refused", "served", "telemetry"],
  async run(context) {
    const { http } = context;
    const replies = await Promise.all(
      PROTECTED_ROUTES.map(async ([path, request]) => ({
        path,
        method: request.method ?? "GET",
        reply: await http(path, { ...request, auth: "none" }),
      })),
    );
    const unprotected = replies.filter(({ reply }) => reply.status !== 401);
    const missing = missingTokenVerdict(context);
    const served = missing === undefined ? await http("/players") : undefined;
    return {
      findings: {
        refused: passIf(unprotected.length === 0, {
          reason: "Protected routes can be used without a token.",
          expected: "401 from each",
          seen: unprotected.map(({ method, path, reply }) => `${method} ${path}: ${reply.status}`).join(", "),
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

/** Telemetry that requires a token must reject the handshake of a client without one. */
async function evaluateTelemetryAuth({ http, telemetry }: CheckContext) {
  const { telemetry: reported } = statusBody.safeParse((await http("/status")).json).data ?? {};
  const session = await telemetry({ frames: 1, ms: 500, auth: "none" });
  const isPublic = reported?.auth_required === false;
  return passIf(reported !== undefined && (isPublic ? session.opened : session.rejectedStatus === 401), {
    reason: "Telemetry does not enforce the token setting that the server reports.",
    expected: isPublic ? "a connection without a token" : "401",
    seen: session.opened ? "connected" : `rejected with ${session.rejectedStatus ?? "no status"}`,
    remedy: "Set GODOT_TELEMETRY_AUTH_REQUIRED to true.",
  });
}
