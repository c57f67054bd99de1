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

async function issueToken({ context, body, client }: RequestContext): Promise<RouteResponse> {
  const { subject, role } = body as z.infer<typeof tokenBody>;
  context.log.audit("auth", "token issued", { client, subject, role });
  return { status: 200, body: await context.tokens.issue(subject, role) };
}

async function refreshToken({ context, body, client }: RequestContext): Promise<RouteResponse> {
  const { refresh_token } = body as z.infer<typeof refreshBody>;
  const identity = await context.tokens.verify(refresh_token, "refresh");
  if (identity === undefined) {
    context.intrusion.recordFailure(client);
    context.metrics.increment("spacetime_auth_failures_total", { reason: "invalid" });
    throw new HttpError(401, "unauthorized", "The refresh token is not valid.");
  }
  context.log.audit("auth", "token refreshed", {
    client,
    subject: identity.subject,
    token_id: identity.tokenId,
  });
  return { status: 200, body: await context.tokens.issue(identity.subject, identity.role) };
}

/** Exchanges the service token for a player or operator token pair, and a refresh token for a new pair. */
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
