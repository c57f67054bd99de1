import { isRole, reaches } from "../auth/roles.ts";
import { takeSample } from "../background.ts";
import type { MetricName } from "../contract/metrics.ts";
import type { Answer, Core, Exchange } from "../core.ts";
import type { Route } from "../http/routes.ts";
import { readiness } from "../readiness.ts";
import { effectiveSettings } from "./effective-settings.ts";

function health({ core }: Exchange): Answer {
  const stalled = core.frames.secondsSinceLastTurn() > core.settings.monitoring.healthStallSeconds;
  return stalled ? { status: 503, body: { status: "stalled" } } : { status: 200, body: { status: "ok" } };
}

async function ready({ core }: Exchange): Promise<Answer> {
  const body = await readiness(core);
  return { status: body.ready ? 200 : 503, body, ...(body.ready ? {} : { headers: { "Retry-After": "5" } }) };
}

/** Public, so it names no host, no address and no player; an operator's token adds the settings in effect. */
function status({ core, principal }: Exchange): Answer {
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
    persistence: persistence(core),
    shared_state: core.redis === undefined ? "none" : core.redis.up ? "redis" : "unavailable",
    mesh: {
      discovery: settings.mesh.discoveryEnabled ? "on" : "off",
      sharing: settings.mesh.enabled && core.redis !== undefined ? "on" : "off",
      peers: core.mesh.peers.length,
      members: core.mesh.members.length + 1,
      leader: core.mesh.isLeader,
    },
    telemetry: telemetry(core),
    vr: { enabled: vrEnabled, mode: vrEnabled ? "desktop" : "off" },
    faults: [...core.faults],
    features: settings.features,
    ...(settings.debugging.debugMode ? { scene_tree: sceneTree(core) } : {}),
    ...(mayReadSettings(principal) ? { settings: effectiveSettings(settings) } : {}),
  };
  return { status: 200, body };
}

function mayReadSettings({ role, via }: Exchange["principal"]): boolean {
  return via !== "open" && via !== "scrape-token" && isRole(role) && reaches(role, "operator");
}

function persistence({ store }: Core) {
  if (store.kind === "memory") return { kind: "memory", state: "ok" };
  return { kind: "postgres", state: store.problem === undefined ? "ok" : "unavailable" };
}

function telemetry({ settings, telemetry: { count } }: Core) {
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
function sceneTree({ players, world, scenes }: Core) {
  return {
    root: scenes.current,
    players: players.present.map(({ session }) => session),
    world: world.objects.slice(0, 100).map(({ id }) => id),
  };
}

async function performance({ core }: Exchange): Promise<Answer> {
  await core.frames.measured;
  const { performance: targets, lifecycle } = core.settings;
  const { fps, frameTimeMs, physicsTicksPerSecond, memoryMb } = core.frames.sample;
  const body = {
    status: core.frames.verdict,
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
const LEFT_BY_FAULT: readonly MetricName[] = ["spacetime_build_info", "spacetime_start_time_seconds"];

async function metrics({ core }: Exchange): Promise<Answer> {
  if (!core.frames.isSampled) await takeSample(core);
  const text = await core.metrics.text(core.faults.has("metrics-missing") ? LEFT_BY_FAULT : undefined);
  return { status: 200, text, headers: { "Content-Type": core.metrics.contentType } };
}

async function drain({ core, query, client, principal }: Exchange): Promise<Answer> {
  core.log.audit("drain", "requested", { client, subject: principal.subject });
  const finished = core.drain.run();
  if (query.get("wait") !== "true") return { status: 202, body: core.drain.state };
  await finished;
  return { status: 200, body: core.drain.state };
}

/** What probes, operators and Prometheus ask. */
export const OBSERVATION: readonly Route[] = [
  { method: "GET", path: "/health", class: "probe", access: "public", handle: health },
  { method: "GET", path: "/ready", class: "probe", access: "public", handle: ready },
  { method: "GET", path: "/status", class: "status", access: "public", handle: status },
  { method: "GET", path: "/performance", class: "status", access: "observer", handle: performance },
  {
    method: "GET",
    path: "/metrics",
    class: "probe",
    access: "scrape",
    enabled: ({ settings }) => settings.monitoring.metricsEnabled,
    handle: metrics,
  },
  {
    method: "GET",
    path: "/drain",
    class: "general",
    access: "operator",
    handle: ({ core }) => ({ status: 200, body: core.drain.state }),
  },
  { method: "POST", path: "/drain", class: "general", access: "admin", handle: drain },
];
