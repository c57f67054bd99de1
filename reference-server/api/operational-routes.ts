import { isRole, isRoleAtLeast } from "../auth/roles.ts";
import { updateGauges } from "../background-tasks.ts";
import type { MetricName } from "../contract/metrics.ts";
import type { Route } from "../http/router.ts";
import { checkReadiness } from "../readiness.ts";
import type { RequestContext, RouteResponse, ServerContext } from "../server-context.ts";
import { renderEffectiveSettings } from "./effective-settings.ts";

function getHealth({ core }: RequestContext): RouteResponse {
  const stalled = core.frames.secondsSinceLastFrame() > core.settings.monitoring.healthStallSeconds;
  return stalled ? { status: 503, body: { status: "stalled" } } : { status: 200, body: { status: "ok" } };
}

async function getReadiness({ core }: RequestContext): Promise<RouteResponse> {
  const body = await checkReadiness(core);
  return { status: body.ready ? 200 : 503, body, ...(body.ready ? {} : { headers: { "Retry-After": "5" } }) };
}

/** Public, so it names no host, no address and no player; an operator's token adds the settings in effect. */
function getStatus({ core, principal }: RequestContext): RouteResponse {
  const { settings } = core;
  const { vrEnabled } = settings.performance;
  const body = {
    status: core.drain.active ? "draining" : "ok",
    implementation: "reference",
    notice: "This is the reference server: it plays the part of a Godot build and is none.",
    environment: settings.environment,
    http_api: "active",
    scene: core.scenes.current,
    version: core.version,
    server: core.id,
    public_host: settings.http.publicHost,
    uptime_seconds: Math.round(core.frames.uptimeSeconds()),
    players: { present: core.players.count, maximum: settings.lifecycle.maxPlayers },
    persistence: describePersistence(core),
    shared_state: core.redis === undefined ? "none" : core.redis.isAvailable ? "redis" : "unavailable",
    mesh: {
      discovery: settings.mesh.discoveryEnabled ? "on" : "off",
      sharing: settings.mesh.enabled && core.redis !== undefined ? "on" : "off",
      peers: core.mesh.peers.length,
      members: core.mesh.members.length + 1,
      leader: core.mesh.isLeader,
    },
    telemetry: describeTelemetry(core),
    vr: { enabled: vrEnabled, mode: vrEnabled ? "desktop" : "off" },
    faults: [...core.faults],
    features: settings.features,
    ...(settings.debugging.debugMode ? { scene_tree: describeSceneTree(core) } : {}),
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

/** The nodes below the scene's root: one branch for players, one for the world. */
function describeSceneTree({ players, world, scenes }: ServerContext) {
  return {
    root: scenes.current,
    players: players.sessions.map(({ session }) => session),
    world: world.objects.slice(0, 100).map(({ id }) => id),
  };
}

async function getPerformance({ core }: RequestContext): Promise<RouteResponse> {
  await core.frames.firstSampleReady;
  const { performance: targets, lifecycle } = core.settings;
  const { fps, frameTimeMs, physicsTicksPerSecond, memoryMb } = core.frames.sample;
  const body = {
    status: core.frames.status,
    fps,
    target_fps: targets.targetFps,
    frame_time_ms: frameTimeMs,
    physics_ticks_per_second: physicsTicksPerSecond,
    physics_ticks_per_second_target: targets.physicsTicksPerSecond,
    memory_mb: memoryMb,
    memory_target_mb: targets.memoryTargetMb,
    players: core.players.count,
    max_players: lifecycle.maxPlayers,
    telemetry_clients: core.telemetry.count,
    uptime_seconds: Math.round(core.frames.uptimeSeconds()),
  };
  return { status: 200, body };
}

/** What the fault `metrics-missing` leaves: the answer looks right and says nothing of the game. */
const METRICS_KEPT_BY_FAULT: readonly MetricName[] = ["spacetime_build_info", "spacetime_start_time_seconds"];

async function getMetrics({ core }: RequestContext): Promise<RouteResponse> {
  if (!core.frames.isSampled) await updateGauges(core);
  const text = await core.metrics.render(
    core.faults.has("metrics-missing") ? METRICS_KEPT_BY_FAULT : undefined,
  );
  return { status: 200, text, headers: { "Content-Type": core.metrics.contentType } };
}

async function startDrain({ core, query, client, principal }: RequestContext): Promise<RouteResponse> {
  core.log.audit("drain", "requested", { client, subject: principal.subject });
  const finished = core.drain.run();
  if (query.get("wait") !== "true") return { status: 202, body: core.drain.state };
  await finished;
  return { status: 200, body: core.drain.state };
}

/** What probes, operators and Prometheus ask. */
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
    handle: ({ core }) => ({ status: 200, body: core.drain.state }),
  },
  { method: "POST", path: "/drain", class: "general", access: "admin", handle: startDrain },
];
