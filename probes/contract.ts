import { z } from "zod";
import { demand, type Fault, type Verdict } from "./check.ts";
import type { Reply } from "./client/http.ts";

/**
 * The answers of the game-server contract as far as checks rely on them (reference-server/contract/openapi.yaml). A build
 * may say more; what is named here it must say, in this form.
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

const figure = z.number().nonnegative();

export const performanceBody = z.looseObject({
  status: z.enum(["ok", "degraded", "critical"]),
  fps: figure,
  target_fps: figure,
  frame_time_ms: figure,
  physics_ticks_per_second: figure,
  physics_ticks_per_second_target: figure,
  memory_mb: figure.positive(),
  memory_target_mb: figure,
  players: figure,
  max_players: figure,
  telemetry_clients: figure,
  uptime_seconds: figure,
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

/** The answer's body in the contract's form; undefined when it has another status or form. */
export function bodyOf<Body>(reply: Reply, schema: z.ZodType<Body>, status = 200): Body | undefined {
  return reply.status === status ? schema.safeParse(reply.json).data : undefined;
}

/** How an answer is shown in a report: its status, and the beginning of what it says. */
export function shown({ status, text }: Reply): string {
  const words = text.replaceAll(/\s+/g, " ").trim();
  return `${status}${words === "" ? "" : ` ${words.slice(0, 160)}`}`;
}

/** Whether an answer has a status. */
export function demandStatus(reply: Reply, status: number, what: string, remedy: string): Verdict {
  const fault: Fault = {
    reason: `${what} is not answered with ${status}.`,
    expected: String(status),
    seen: shown(reply),
    remedy,
  };
  return demand(reply.status === status, fault);
}

/** Whether an answer has the contract's form; says where it has not. */
export function demandBody<Body>(reply: Reply, schema: z.ZodType<Body>, what: string): Verdict {
  const parsed = schema.safeParse(reply.json);
  const [issue] = parsed.error?.issues ?? [];
  const where = issue === undefined ? "" : `${issue.path.join(".") || "the body"}: ${issue.message}`;
  return demand(parsed.success, {
    reason: `${what} has not the form of the contract (${where}).`,
    expected: "reference-server/contract/openapi.yaml",
    seen: shown(reply),
    remedy:
      "Deploy a build that keeps the contract, or look for something else that answers at this address.",
  });
}
