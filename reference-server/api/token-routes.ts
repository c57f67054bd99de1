import { z } from "zod";
import { RBAC_ROLES } from "../../components/config/variables/value-types.ts";
import { HttpError } from "../errors.ts";
import type { Route } from "../http/router.ts";
import type { RequestContext, RouteResponse } from "../server-context.ts";

const tokenBody = z.strictObject({
  subject: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, "must be 1 to 64 letters, digits or . _ : -"),
  role: z.enum(RBAC_ROLES),
});
const refreshBody = z.strictObject({ refresh_token: z.string().min(1).max(4096) });

async function issueToken({ core, body, client }: RequestContext): Promise<RouteResponse> {
  const { subject, role } = body as z.infer<typeof tokenBody>;
  core.log.audit("auth", "token issued", { client, subject, role });
  return { status: 200, body: await core.tokens.issue(subject, role) };
}

async function refreshToken({ core, body, client }: RequestContext): Promise<RouteResponse> {
  const { refresh_token } = body as z.infer<typeof refreshBody>;
  const identity = await core.tokens.verify(refresh_token, "refresh");
  if (identity === undefined) {
    core.intrusion.recordFailure(client);
    core.metrics.increment("spacetime_auth_failures_total", { reason: "invalid" });
    throw new HttpError(401, "unauthorized", "The refresh token is not valid.");
  }
  core.log.audit("auth", "token refreshed", {
    client,
    subject: identity.subject,
    token_id: identity.tokenId,
  });
  return { status: 200, body: await core.tokens.issue(identity.subject, identity.role) };
}

/** The service token is exchanged for players' and operators' tokens; a refresh token for a new pair. */
export const TOKEN_ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/auth/token",
    class: "general",
    access: "service",
    body: tokenBody,
    handle: issueToken,
  },
  {
    method: "POST",
    path: "/auth/refresh",
    class: "general",
    access: "public",
    body: refreshBody,
    handle: refreshToken,
  },
];
