import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { AuthFailure } from "../auth/authenticator.ts";
import { isRoleAtLeast, type Principal } from "../auth/roles.ts";
import { HttpError } from "../errors.ts";
import type { ServerContext } from "../server-context.ts";
import type { RouteAccess } from "./router.ts";

/** A separate bucket for a client with the service token, so that a rate-limit check consumes no other client's limit. */
const BUCKET_HEADER = "x-rate-limit-bucket";
const BUCKET_PATTERN = /^[a-z0-9-]{1,40}$/;

/** Whether the Host header is the public host name, an IP address or a cluster-internal name. */
export function isExpectedHost(header: string | undefined, publicHost: string): boolean {
  // HTTP/1.0 probes send no Host header.
  if (header === undefined) return true;
  const host = header.replace(/:\d+$/, "").toLowerCase();
  if (host === publicHost || host === "localhost" || isIP(host.replace(/^\[|\]$/g, "")) !== 0) return true;
  return /^[a-z0-9.-]+\.svc(\.cluster\.local)?$/.test(host);
}

/** @throws HttpError 403 while the address is blocked. */
export function requireNotBlocked(context: ServerContext, client: string): void {
  const seconds = context.intrusion.secondsUntilUnblocked(client);
  if (seconds === undefined) return;
  const headers = { "Retry-After": String(seconds) };
  throw new HttpError(403, "blocked", "This address is blocked after repeated failures.", {
    headers,
  });
}

/** The rate-limit bucket that a request counts towards. */
export function selectRateLimitBucket(
  client: string,
  headers: IncomingHttpHeaders,
  caller: Principal | AuthFailure,
): string {
  const bucket = headers[BUCKET_HEADER];
  const mayChoose = typeof caller === "object" && caller.via === "api-token";
  return mayChoose && typeof bucket === "string" && BUCKET_PATTERN.test(bucket)
    ? `${client}+${bucket}`
    : client;
}

/** @throws HttpError 401 without a valid token, 403 without the required role. */
export function authorize(
  context: ServerContext,
  access: RouteAccess,
  caller: Principal | AuthFailure,
  client: string,
): Principal {
  if (access === "public" && typeof caller !== "object")
    return { subject: "anonymous", role: "observer", via: "open" };
  if (typeof caller !== "object") {
    throw createUnauthorizedError(context, caller, client);
  }
  if (isAllowed(context, access, caller)) return caller;
  context.metrics.increment("spacetime_auth_failures_total", { reason: "role" });
  context.log.audit("auth", "forbidden", { client, subject: caller.subject, role: caller.role });
  throw new HttpError(403, "forbidden", "The role of this token does not permit the request.");
}

function createUnauthorizedError(context: ServerContext, failure: AuthFailure, client: string): HttpError {
  context.metrics.increment("spacetime_auth_failures_total", { reason: failure });
  if (failure === "invalid") {
    context.intrusion.recordFailure(client);
    context.log.audit("auth", "refused", { client, reason: failure });
  }
  const message =
    failure === "missing"
      ? "A bearer token is required (Authorization: Bearer <token>)."
      : "The token is not valid.";
  const challenge = failure === "missing" ? 'Bearer realm="spacetime-vr"' : 'Bearer error="invalid_token"';
  return new HttpError(401, "unauthorized", message, { headers: { "WWW-Authenticate": challenge } });
}

function isAllowed(context: ServerContext, access: RouteAccess, caller: Principal): boolean {
  if (access === "public" || caller.via === "open") return true;
  // The scrape token grants access to /metrics only, the service token to everything.
  if (access === "scrape") return caller.via === "scrape-token" || isRoleAtLeast(caller.role, "operator");
  if (caller.via === "scrape-token") return false;
  if (access === "service") return caller.via === "api-token";
  const least = typeof access === "function" ? access(context) : access;
  return !context.settings.access.rbacEnabled || isRoleAtLeast(caller.role, least);
}
