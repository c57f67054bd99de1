import { cpuUsage, memoryUsage } from "node:process";
import { PostgresStore } from "./data/postgres-store.ts";
import type { Timers } from "./engine/timers.ts";
import type { MeshEvent, MeshState } from "./mesh/mesh-state.ts";
import { checkReadiness } from "./readiness.ts";
import type { ServerContext } from "./server-context.ts";

/** How often counters, sessions and blocks that have ended are cleared away. */
const SWEEP_SECONDS = 5;

/** Starts everything that a server does by itself, at the intervals that the variables give. */
export async function startBackgroundTasks(
  core: ServerContext & { readonly shared: MeshState | undefined },
  timers: Timers,
): Promise<void> {
  const { settings, world, mesh, snapshots, certificate } = core;
  if (settings.mesh.enabled) await core.shared?.subscribe((event) => void handleMeshEvent(core, event));
  timers.every(settings.monitoring.intervalSeconds, () => updateGauges(core));
  timers.every(settings.database.worldSaveIntervalSeconds, async () => {
    await world.load();
    await world.save();
  });
  timers.every(SWEEP_SECONDS, async () => {
    core.limiter.sweep();
    await core.players.sweep();
  });
  timers.every(settings.mesh.intervalSeconds, () => mesh.refresh());
  timers.every(settings.tls.reloadSeconds, () => certificate?.reload());
  if (settings.backup.enabled && core.store.kind === "postgres") {
    timers.every(settings.backup.intervalMinutes * 60, async () => {
      // One server's snapshot holds the whole world.
      if (mesh.isLeader) await snapshots.take().catch(() => undefined);
    });
  }
  await world.load().catch(() => core.log.warning("the stored world could not be read yet"));
  await mesh.refresh();
}

async function handleMeshEvent(core: ServerContext, event: MeshEvent): Promise<void> {
  if (event.kind === "world") {
    core.world.apply(event.change);
    return;
  }
  core.cache.delete(event.player);
  await core.players.completeHandOver(event.player);
}

/** Brings every gauge up to date. */
export async function updateGauges(core: ServerContext): Promise<void> {
  const { metrics, settings } = core;
  await core.frames.firstSampleReady;
  const sample = core.frames.takeSample();
  metrics.set("spacetime_frame_rate_hertz", sample.fps);
  metrics.set("spacetime_frame_rate_target_hertz", settings.performance.targetFps);
  metrics.set("spacetime_memory_resident_bytes", memoryUsage.rss());
  metrics.set("spacetime_memory_target_bytes", settings.performance.memoryTargetMb * 1e6);
  metrics.set("spacetime_players", core.players.count);
  metrics.set("spacetime_players_maximum", settings.lifecycle.maxPlayers);
  metrics.set("spacetime_telemetry_clients", core.telemetry.count);
  metrics.set("spacetime_telemetry_clients_maximum", settings.telemetry.maxClients);
  metrics.set("spacetime_world_objects", core.world.size);
  metrics.set("spacetime_world_unsaved_objects", core.world.unsaved);
  metrics.set("spacetime_mesh_peers", core.mesh.peers.length);
  metrics.set("spacetime_cache_entries", core.cache.size);
  metrics.set("spacetime_draining", core.drain.active ? 1 : 0);
  metrics.set("spacetime_intrusion_blocked_addresses", core.intrusion.blockedAddresses);
  metrics.set("spacetime_rate_limit_fallback", core.limiter.fallback ? 1 : 0);
  metrics.set("spacetime_tls_certificate_not_after_timestamp_seconds", core.certificate?.notAfter ?? 0);
  const labels = { version: core.version, implementation: "reference", environment: settings.environment };
  metrics.setInfo("spacetime_build_info", labels);
  metrics.set("spacetime_start_time_seconds", Math.round(Date.now() / 1000 - core.frames.uptimeSeconds()));
  countCpuSeconds(core);
  await updateReadinessGauges(core);
}

/** What was counted already, per server: a counter takes only what was added. */
const REPORTED_CPU_SECONDS = new WeakMap<ServerContext["metrics"], number>();

function countCpuSeconds({ metrics }: ServerContext): void {
  const { user, system } = cpuUsage();
  const seconds = (user + system) / 1e6;
  metrics.increment("spacetime_cpu_seconds_total", {}, seconds - (REPORTED_CPU_SECONDS.get(metrics) ?? 0));
  REPORTED_CPU_SECONDS.set(metrics, seconds);
}

async function updateReadinessGauges(core: ServerContext): Promise<void> {
  const { ready, checks } = await checkReadiness(core);
  core.metrics.set("spacetime_ready", ready ? 1 : 0);
  core.metrics.set("spacetime_database_up", checks.database === "ok" ? 1 : 0);
  core.metrics.set("spacetime_redis_up", checks.redis === "ok" ? 1 : 0);
  const connections = core.store instanceof PostgresStore ? core.store.connections : { idle: 0, used: 0 };
  core.metrics.set("spacetime_database_connections", connections.idle, { state: "idle" });
  core.metrics.set("spacetime_database_connections", connections.used, { state: "used" });
}
