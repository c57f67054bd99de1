import { isRole, isRoleAtLeast } from "../auth/roles.ts";
import { updateGauges } from "../background-tasks.ts";
import type { MetricName } from "../contract/metrics.ts";
import type { Route } from "../http/router.ts";
import { checkReadiness } from "../readiness.ts";
import type { RequestContext, RouteResponse, ServerContext } from "../server-context.ts";
import { renderEffectiveSettings } from "./effective-settings.ts";

function getHealth({ context }: RequestContext): RouteResponse {
  const stalled = context.frames.secondsSinceLastFrame() > context.settings.monitoring.healthStallSeconds;
  return stalled ? { status: 503, body: { status: "stalled" } } : { status: 200, body: { status: "ok" } };
}

async function getReadiness({ context }: RequestContext): Promise<RouteResponse> {
  const body = await checkReadiness(context);
  return { status: body.ready ? 200 : 503, body, ...(body.ready ? {} : { headers: { "Retry-After": "5" } }) };
}

/** Public, so the response names no host, address or player. An operator token adds the effective settings. */
function getStatus({ context, principal }: RequestContext): RouteResponse {
  const { settings } = context;
  const { vrEnabled } = settings.performance;
  const body = {
    status: context.drain.active ? "draining" : "ok",
    implementation: "reference",
    notice: "This is the reference server: it implements the game-server contract but is not a Godot build.",
    environment: settings.environment,
    http_api: "active",
    scene: context.scenes.current,
    version: context.version,
    server: context.id,
    public_host: settings.http.publicHost,
    uptime_seconds: Math.round(context.frames.uptimeSeconds()),
    players: { present: context.players.count, maximum: settings.lifecycle.maxPlayers },
    persistence: describePersistence(context),
    shared_state: context.redis === undefined ? "none" : context.redis.isAvailable ? "redis" : "unavailable",
    mesh: {
      discovery: settings.mesh.discoveryEnabled ? "on" : "off",
      sharing: settings.mesh.enabled && context.redis !== undefined ? "on" : "off",
      peers: context.mesh.peers.length,
      members: context.mesh.members.length + 1,
      leader: context.mesh.isLeader,
    },
    telemetry: describeTelemetry(context),
    vr: { enabled: vrEnabled, mode: vrEnabled ? "desktop" : "off" },
    faults: [...context.faults],
    features: settings.features,
    ...(settings.debugging.debugMode ? { scene_tree: describeSceneTree(context) } : {}),
    ...(mayReadSettings(principal) ? { settings: renderEffectiveSettings(settings) } : {}),
  };
  return { status: 200, body };
}

function mayReadSettings({ role, via }: RequestContext["principal"]): boolean {
  return via !== "open" && via !== "scrape-token" && isRole(role) && isRoleAtLeast(role, "operator");
}

function describePersistence({ store }: ServerContext) {
  if (store.kind === "memory") return { kind: "memory", state: "ok" };
  return { kind: "postgres", state: store.problem === undefined ? "ok" : "unavailable" };
}

function describeTelemetry({ settings, telemetry: { count } }: ServerContext) {
  const { enabled, rateHz, format, maxClients, authRequired, compression } = settings.telemetry;
  return {
    state: enabled ? "active" : "off",
    rate_hz: rateHz,
    format,
    compression,
    auth_required: authRequired,
    clients: count,
    maximum: maxClients,
  };
}

/** The scene tree: one branch for players, one for world objects. */
function describeSceneTree({ players, world, scenes }: ServerContext) {
  return {
    root: scenes.current,
    players: players.sessions.map(({ session }) => session),
    world: world.objects.slice(0, 100).map(({ id }) => id),
  };
}

async function getPerformance({ context }: RequestContext): Promise<RouteResponse> {
  await context.frames.firstSampleReady;
  const { performance: targets, lifecycle } = context.settings;
  const { fps, frameTimeMs, physicsTicksPerSecond, memoryMb } = context.frames.sample;
  const body = {
    status: context.frames.status,
    fps,
    target_fps: targets.targetFps,
    frame_time_ms: frameTimeMs,
    physics_ticks_per_second: physicsTicksPerSecond,
    physics_ticks_per_second_target: targets.physicsTicksPerSecond,
    memory_mb: memoryMb,
    memory_target_mb: targets.memoryTargetMb,
    players: context.players.count,
    max_players: lifecycle.maxPlayers,
    telemetry_clients: context.telemetry.count,
    uptime_seconds: Math.round(context.frames.uptimeSeconds()),
  };
  return { status: 200, body };
}

/** The metrics that the fault `metrics-missing` keeps: a valid response without game metrics. */
const METRICS_KEPT_BY_FAULT: readonly MetricName[] = ["spacetime_build_info", "spacetime_start_time_seconds"];

async function getMetrics({ context }: RequestContext): Promise<RouteResponse> {
  if (!context.frames.isSampled) await updateGauges(context);
  const text = await context.metrics.render(
    context.faults.has("metrics-missing") ? METRICS_KEPT_BY_FAULT : undefined,
  );
  return { status: 200, text, headers: { "Content-Type": context.metrics.contentType } };
}

async function startDrain({ context, query, client, principal }: RequestContext): Promise<RouteResponse> {
  context.log.audit("drain", "requested", { client, subject: principal.subject });
  const finished = context.drain.run();
  if (query.get("wait") !== "true") return { status: 202, body: context.drain.state };
  await finished;
  return { status: 200, body: context.drain.state };
}

/** Routes for probes, operators and Prometheus. */
export const OPERATIONAL_ROUTES: readonly Route[] = [
  { method: "GET", path: "/health", class: "probe", access: "public", handle: getHealth },
  { method: "GET", path: "/ready", class: "probe", access: "public", handle: getReadiness },
  { method: "GET", path: "/status", class: "status", access: "public", handle: getStatus },
  { method: "GET", path: "/performance", class: "status", access: "observer", handle: getPerformance },
  {
    method: "GET",
    path: "/metrics",
    class: "probe",
    access: "scrape",
    enabled: ({ settings }) => settings.monitoring.metricsEnabled,
    handle: getMetrics,
  },
  {
    method: "GET",
    path: "/drain",
    class: "general",
    access: "operator",
    handle: ({ context }) => ({ status: 200, body: context.drain.state }),
  },
  { method: "POST", path: "/drain", class: "general", access: "admin", handle: startDrain },
];
