import { cpuUsage, memoryUsage } from "node:process";
import { PostgresStore } from "./data/postgres-store.ts";
import type { Timers } from "./engine/timers.ts";
import type { MeshEvent, MeshState } from "./mesh/mesh-state.ts";
import { checkReadiness } from "./readiness.ts";
import type { ServerContext } from "./server-context.ts";

/** How often expired rate-limit windows, sessions and blocks are removed. */
const SWEEP_SECONDS = 5;

/** Starts the periodic background work at the configured intervals. */
export async function startBackgroundTasks(
  context: ServerContext & { readonly shared: MeshState | undefined },
  timers: Timers,
): Promise<void> {
  const { settings, world, mesh, snapshots, certificate } = context;
  if (settings.mesh.enabled) await context.shared?.subscribe((event) => void handleMeshEvent(context, event));
  timers.every(settings.monitoring.intervalSeconds, () => updateGauges(context));
  timers.every(settings.database.worldSaveIntervalSeconds, async () => {
    await world.load();
    await world.save();
  });
  timers.every(SWEEP_SECONDS, async () => {
    context.limiter.sweep();
    await context.players.sweep();
  });
  timers.every(settings.mesh.intervalSeconds, () => mesh.refresh());
  timers.every(settings.tls.reloadSeconds, () => certificate?.reload());
  if (settings.backup.enabled && context.store.kind === "postgres") {
    timers.every(settings.backup.intervalMinutes * 60, async () => {
      // A snapshot contains the whole world, so only the leader takes one.
      if (mesh.isLeader) await snapshots.take().catch(() => undefined);
    });
  }
  await world
    .load()
    .catch(() => context.log.warning("world data could not be loaded from the database; retrying"));
  await mesh.refresh();
}

async function handleMeshEvent(context: ServerContext, event: MeshEvent): Promise<void> {
  if (event.kind === "world") {
    context.world.apply(event.change);
    return;
  }
  context.cache.delete(event.player);
  await context.players.completeHandOver(event.player);
}

/** Updates every gauge. */
export async function updateGauges(context: ServerContext): Promise<void> {
  const { metrics, settings } = context;
  await context.frames.firstSampleReady;
  const sample = context.frames.takeSample();
  metrics.set("spacetime_frame_rate_hertz", sample.fps);
  metrics.set("spacetime_frame_rate_target_hertz", settings.performance.targetFps);
  metrics.set("spacetime_memory_resident_bytes", memoryUsage.rss());
  metrics.set("spacetime_memory_target_bytes", settings.performance.memoryTargetMb * 1e6);
  metrics.set("spacetime_players", context.players.count);
  metrics.set("spacetime_players_maximum", settings.lifecycle.maxPlayers);
  metrics.set("spacetime_telemetry_clients", context.telemetry.count);
  metrics.set("spacetime_telemetry_clients_maximum", settings.telemetry.maxClients);
  metrics.set("spacetime_world_objects", context.world.size);
  metrics.set("spacetime_world_unsaved_objects", context.world.unsaved);
  metrics.set("spacetime_mesh_peers", context.mesh.peers.length);
  metrics.set("spacetime_cache_entries", context.cache.size);
  metrics.set("spacetime_draining", context.drain.active ? 1 : 0);
  metrics.set("spacetime_intrusion_blocked_addresses", context.intrusion.blockedAddresses);
  metrics.set("spacetime_rate_limit_fallback", context.limiter.fallback ? 1 : 0);
  metrics.set("spacetime_tls_certificate_not_after_timestamp_seconds", context.certificate?.notAfter ?? 0);
  const labels = { version: context.version, implementation: "reference", environment: settings.environment };
  metrics.setInfo("spacetime_build_info", labels);
  metrics.set("spacetime_start_time_seconds", Math.round(Date.now() / 1000 - context.frames.uptimeSeconds()));
  countCpuSeconds(context);
  await updateReadinessGauges(context);
}

/** CPU seconds already reported per server, because a counter can only be incremented. */
const REPORTED_CPU_SECONDS = new WeakMap<ServerContext["metrics"], number>();

function countCpuSeconds({ metrics }: ServerContext): void {
  const { user, system } = cpuUsage();
  const seconds = (user + system) / 1e6;
  metrics.increment("spacetime_cpu_seconds_total", {}, seconds - (REPORTED_CPU_SECONDS.get(metrics) ?? 0));
  REPORTED_CPU_SECONDS.set(metrics, seconds);
}

async function updateReadinessGauges(context: ServerContext): Promise<void> {
  const { ready, checks } = await checkReadiness(context);
  context.metrics.set("spacetime_ready", ready ? 1 : 0);
  context.metrics.set("spacetime_database_up", checks.database === "ok" ? 1 : 0);
  context.metrics.set("spacetime_redis_up", checks.redis === "ok" ? 1 : 0);
  const connections =
    context.store instanceof PostgresStore ? context.store.connections : { idle: 0, used: 0 };
  context.metrics.set("spacetime_database_connections", connections.idle, { state: "idle" });
  context.metrics.set("spacetime_database_connections", connections.used, { state: "used" });
}
