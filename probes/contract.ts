import { z } from "zod";
import { type Failure, passIf, type Verdict } from "./check.ts";
import type { HttpResponse } from "./client/http.ts";

/**
 * Response schemas of the game server contract (reference-server/contract/openapi.yaml), limited to the fields that the
 * checks use; additional fields are allowed.
 */
export const healthBody = z.looseObject({ status: z.literal("ok") });

export const readyBody = z.looseObject({
  ready: z.boolean(),
  checks: z.looseObject({
    autoloads: z.string(),
    database: z.enum(["ok", "off", "degraded", "failed"]),
    redis: z.enum(["ok", "off", "degraded", "failed"]),
    draining: z.string(),
  }),
  reasons: z.array(z.string()),
});

export const statusBody = z.looseObject({
  status: z.enum(["ok", "draining"]),
  implementation: z.string().min(1),
  environment: z.enum(["local", "staging", "production", "package"]),
  http_api: z.string(),
  scene: z.string().startsWith("res://"),
  version: z.string().min(1),
  server: z.string().min(1),
  public_host: z.string(),
  uptime_seconds: z.number().nonnegative(),
  players: z.looseObject({ present: z.int(), maximum: z.int() }),
  persistence: z.looseObject({ kind: z.enum(["postgres", "memory"]), state: z.enum(["ok", "unavailable"]) }),
  shared_state: z.enum(["none", "redis", "unavailable"]),
  mesh: z.looseObject({
    discovery: z.enum(["on", "off"]),
    sharing: z.enum(["on", "off"]),
    peers: z.int(),
    members: z.int(),
  }),
  telemetry: z.looseObject({
    state: z.enum(["active", "off"]),
    rate_hz: z.number(),
    auth_required: z.boolean(),
  }),
  vr: z.looseObject({ enabled: z.boolean(), mode: z.enum(["headset", "desktop", "off"]) }),
  features: z.record(z.string(), z.boolean()),
  settings: z.record(z.string(), z.unknown()).optional(),
});

const nonNegativeNumber = z.number().nonnegative();

export const performanceBody = z.looseObject({
  status: z.enum(["ok", "degraded", "critical"]),
  fps: nonNegativeNumber,
  target_fps: nonNegativeNumber,
  frame_time_ms: nonNegativeNumber,
  physics_ticks_per_second: nonNegativeNumber,
  physics_ticks_per_second_target: nonNegativeNumber,
  memory_mb: nonNegativeNumber.positive(),
  memory_target_mb: nonNegativeNumber,
  players: nonNegativeNumber,
  max_players: nonNegativeNumber,
  telemetry_clients: nonNegativeNumber,
  uptime_seconds: nonNegativeNumber,
});

export const sceneBody = z.looseObject({
  scene: z.string().startsWith("res://"),
  loaded_at: z.iso.datetime(),
  whitelist: z.array(z.string()),
});

export const errorBody = z.looseObject({ error: z.string().min(1), message: z.string().min(1) });

export const tokenBody = z.looseObject({ access_token: z.string().min(1), role: z.string() });

export const playerBody = z.looseObject({
  player: z.looseObject({ id: z.string(), name: z.string(), data: z.record(z.string(), z.unknown()) }),
});

export const joinedBody = playerBody.extend({ session: z.looseObject({ server: z.string() }) });

export const objectBody = z.looseObject({
  id: z.string(),
  data: z.record(z.string(), z.unknown()),
  version: z.int(),
});

/** Parses a response body; undefined if the status or the body does not match. */
export function parseBody<Body>(
  reply: HttpResponse,
  schema: z.ZodType<Body>,
  status = 200,
): Body | undefined {
  return reply.status === status ? schema.safeParse(reply.json).data : undefined;
}

/** Formats a response for a report: its status and the start of its body. */
export function describeResponse({ status, text }: HttpResponse): string {
  const body = text.replaceAll(/\s+/g, " ").trim();
  return `${status}${body === "" ? "" : ` ${body.slice(0, 160)}`}`;
}

/** Passes if a response has the expected status. */
export function requireStatus(reply: HttpResponse, status: number, subject: string, remedy: string): Verdict {
  const failure: Failure = {
    reason: `${subject} does not return ${status}.`,
    expected: String(status),
    seen: describeResponse(reply),
    remedy,
  };
  return passIf(reply.status === status, failure);
}

/** Passes if a response body matches the contract; otherwise the reason names the first mismatch. */
export function requireBody<Body>(reply: HttpResponse, schema: z.ZodType<Body>, subject: string): Verdict {
  const parsed = schema.safeParse(reply.json);
  const [issue] = parsed.error?.issues ?? [];
  const mismatch = issue === undefined ? "" : `${issue.path.join(".") || "the body"}: ${issue.message}`;
  return passIf(parsed.success, {
    reason: `${subject} does not match the API contract (${mismatch}).`,
    expected: "reference-server/contract/openapi.yaml",
    seen: describeResponse(reply),
    remedy:
      "Deploy a build that implements the contract, or check whether another service runs at this address.",
  });
}
