import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { AuthFailure } from "../auth/authenticator.ts";
import { isRoleAtLeast, type Principal } from "../auth/roles.ts";
import { HttpError } from "../errors.ts";
import type { ServerContext } from "../server-context.ts";
import type { RouteAccess } from "./router.ts";

/** A bucket of its own for a caller with the service token, so that a probe of the limits uses up nobody's. */
const BUCKET_HEADER = "x-rate-limit-bucket";
const BUCKET_PATTERN = /^[a-z0-9-]{1,40}$/;

/** Whether a Host header is one that this server is called by: its public name, an address, or a name of the cluster. */
export function isExpectedHost(header: string | undefined, publicHost: string): boolean {
  // Probes of the simplest kind send none (HTTP/1.0).
  if (header === undefined) return true;
  const host = header.replace(/:\d+$/, "").toLowerCase();
  if (host === publicHost || host === "localhost" || isIP(host.replace(/^\[|\]$/g, "")) !== 0) return true;
  return /^[a-z0-9.-]+\.svc(\.cluster\.local)?$/.test(host);
}

/** @throws HttpError 403 while the address is blocked. */
export function requireNotBlocked(core: ServerContext, client: string): void {
  const seconds = core.intrusion.secondsUntilUnblocked(client);
  if (seconds === undefined) return;
  const headers = { "Retry-After": String(seconds) };
  throw new HttpError(403, "blocked", "This address failed too often and is blocked for a while.", {
    headers,
  });
}

/** Whose count a request adds to. */
export function selectRateLimitBucket(
  client: string,
  headers: IncomingHttpHeaders,
  who: Principal | AuthFailure,
): string {
  const bucket = headers[BUCKET_HEADER];
  const mayChoose = typeof who === "object" && who.via === "api-token";
  return mayChoose && typeof bucket === "string" && BUCKET_PATTERN.test(bucket)
    ? `${client}+${bucket}`
    : client;
}

/** @throws HttpError 401 without a valid token, 403 without the role. */
export function authorize(
  core: ServerContext,
  access: RouteAccess,
  who: Principal | AuthFailure,
  client: string,
): Principal {
  if (access === "public" && typeof who !== "object")
    return { subject: "anonymous", role: "observer", via: "open" };
  if (typeof who !== "object") {
    throw createUnauthorizedError(core, who, client);
  }
  if (isAllowed(core, access, who)) return who;
  core.metrics.increment("spacetime_auth_failures_total", { reason: "role" });
  core.log.audit("auth", "forbidden", { client, subject: who.subject, role: who.role });
  throw new HttpError(403, "forbidden", "The token's role does not reach this far.");
}

function createUnauthorizedError(core: ServerContext, failure: AuthFailure, client: string): HttpError {
  core.metrics.increment("spacetime_auth_failures_total", { reason: failure });
  if (failure === "invalid") {
    core.intrusion.recordFailure(client);
    core.log.audit("auth", "refused", { client, reason: failure });
  }
  const message =
    failure === "missing" ? "A token is needed: Authorization: Bearer …" : "The token is not valid.";
  const challenge = failure === "missing" ? 'Bearer realm="spacetime-vr"' : 'Bearer error="invalid_token"';
  return new HttpError(401, "unauthorized", message, { headers: { "WWW-Authenticate": challenge } });
}

function isAllowed(core: ServerContext, access: RouteAccess, who: Principal): boolean {
  if (access === "public" || who.via === "open") return true;
  // The scrape token opens nothing but /metrics, the service token everything.
  if (access === "scrape") return who.via === "scrape-token" || isRoleAtLeast(who.role, "operator");
  if (who.via === "scrape-token") return false;
  if (access === "service") return who.via === "api-token";
  const least = typeof access === "function" ? access(core) : access;
  return !core.settings.access.rbacEnabled || isRoleAtLeast(who.role, least);
}
