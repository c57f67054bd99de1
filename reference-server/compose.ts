import { randomUUID } from "node:crypto";
import { Authenticator } from "./auth/authenticator.ts";
import { Tokens } from "./auth/tokens.ts";
import type { Core } from "./core.ts";
import { CacheManager } from "./data/cache.ts";
import { MemoryStore } from "./data/memory-store.ts";
import { PostgresStore } from "./data/postgres-store.ts";
import { Redis } from "./data/redis.ts";
import type { PlayerRecord } from "./data/store.ts";
import { Drain } from "./drain.ts";
import { FrameLoop } from "./engine/frame-loop.ts";
import { Scenes } from "./engine/scenes.ts";
import { type Fault, WRONG_SCENE } from "./faults.ts";
import { Jobs } from "./features/jobs.ts";
import { Webhooks } from "./features/webhooks.ts";
import { IntrusionDetection } from "./limits/intrusion.ts";
import { RateLimiter } from "./limits/rate-limiter.ts";
import { DatagramCodec } from "./mesh/datagram.ts";
import { Mesh } from "./mesh/mesh.ts";
import { SharedState } from "./mesh/shared-state.ts";
import { Log } from "./observe/log.ts";
import { Metrics } from "./observe/metrics.ts";
import { Players } from "./players/players.ts";
import { SessionStore } from "./players/session-store.ts";
import type { Settings } from "./settings/settings.ts";
import { Telemetry } from "./telemetry/telemetry.ts";
import { Certificate } from "./tls.ts";
import { Snapshots } from "./world/snapshots.ts";
import { World } from "./world/world.ts";

/** What a start may add to the environment; nothing of it is a variable. */
export interface ComposeOptions {
  readonly faults: ReadonlySet<Fault>;
  readonly write: (line: string) => void;
  readonly version: string;
  readonly sceneLoadMs: number;
}

/** Puts the parts of a server together; nothing listens or connects yet. */
export function compose(
  settings: Settings,
  options: ComposeOptions,
): Core & { readonly shared: SharedState | undefined } {
  const { faults, version } = options;
  const id = randomUUID();
  const metrics = new Metrics(settings.monitoring.latencyBucketsMs);
  const log = new Log(settings.logging, {
    server: id,
    write: options.write,
    onLine: (level) => metrics.count("spacetime_log_lines_total", { level }),
    onAudit: (kind) => metrics.count("spacetime_audit_records_total", { kind }),
  });
  const redis = settings.redis.host === undefined ? undefined : new Redis(settings, log, metrics);
  const store =
    settings.database.host === undefined ? new MemoryStore() : new PostgresStore(settings, log, metrics);
  const shared = redis && new SharedState(redis, id, settings.mesh.stateTtlSeconds);
  const base = { id, version, settings, faults, log, metrics, redis, store };
  const access = accessParts(base);
  const game = gameParts({ ...base, ...access, shared, sceneLoadMs: options.sceneLoadMs });
  const certificate = settings.tls.enabled
    ? new Certificate(settings.tls, log, { expired: faults.has("expired-certificate") })
    : undefined;
  return { ...base, ...access, ...game, shared, certificate, autoloads: new Set(["SettingsManager"]) };
}

type Base = Pick<Core, "id" | "version" | "settings" | "faults" | "log" | "metrics" | "redis" | "store">;

function accessParts({ settings, faults, metrics, log, redis }: Base) {
  const tokens = new Tokens(settings.access, settings.redis.sessionTtlSeconds);
  const authenticator = new Authenticator(tokens, settings, { open: faults.has("no-auth") });
  const limiter = new RateLimiter(settings.limits, redis, { off: faults.has("no-rate-limit") });
  const intrusion = new IntrusionDetection(settings.intrusion, (client) => {
    metrics.count("spacetime_intrusion_blocks_total");
    log.warning("an address is blocked for repeated failures", { client });
    log.audit("auth", "address blocked", { client });
  });
  return { tokens, authenticator, limiter, intrusion };
}

type GameArgs = Base &
  ReturnType<typeof accessParts> & { shared: SharedState | undefined; sceneLoadMs: number };

function gameParts(args: GameArgs) {
  const { settings, metrics, log, store, shared } = args;
  const frames = new FrameLoop(settings.performance, metrics);
  const webhooks = new Webhooks(metrics, log);
  const jobs = new Jobs(metrics);
  const { cacheTtlSeconds, cacheMaxEntries } = settings.redis;
  const cache = new CacheManager<PlayerRecord>(cacheTtlSeconds, cacheMaxEntries, (result) =>
    metrics.count("spacetime_cache_requests_total", { result }),
  );
  const sharing = settings.mesh.enabled ? shared : undefined;
  const scenes = scenesOf(args);
  const world = new World({
    store,
    metrics,
    placeholders: settings.debugging.developmentMode,
    onChange: (change) => void sharing?.publish({ kind: "world", change }).catch(() => undefined),
  });
  const snapshots = new Snapshots({ settings: settings.backup, store, world, metrics, log });
  const players: Players = playersOf(args, { cache, webhooks, isDraining: () => drain.active });
  const telemetry = new Telemetry({
    server: args.id,
    settings: settings.telemetry,
    players,
    metrics,
    frame: () => frameOf(frames, players),
  });
  const drain = new Drain({
    timeoutSeconds: settings.lifecycle.drainTimeoutSeconds,
    players,
    world,
    telemetry: () => telemetry,
    log,
    onStart: () => webhooks.tell("drain.started", { server: args.id }),
  });
  const mesh = meshOf(args, { players, scenes, isDraining: () => drain.active });
  return { frames, webhooks, jobs, cache, scenes, world, snapshots, players, telemetry, drain, mesh };
}

function scenesOf({ settings, faults, metrics, sceneLoadMs }: GameArgs): Scenes {
  const first = faults.has("wrong-scene") ? WRONG_SCENE : settings.scenes.main;
  metrics.setOnly("spacetime_scene_info", { scene: first });
  return new Scenes(settings.scenes, {
    first,
    whitelistOff: faults.has("whitelist-off"),
    loadMs: sceneLoadMs,
    onLoad: (result, scene) => {
      metrics.count("spacetime_scene_loads_total", { result });
      if (result === "loaded") metrics.setOnly("spacetime_scene_info", { scene });
    },
  });
}

function playersOf(
  { id, settings, metrics, redis, store, tokens, shared }: GameArgs,
  parts: { cache: CacheManager<PlayerRecord>; webhooks: Webhooks; isDraining: () => boolean },
): Players {
  const sharing = settings.mesh.enabled ? shared : undefined;
  return new Players(settings.lifecycle, {
    server: id,
    store,
    sessions: new SessionStore(redis, settings.redis.sessionTtlSeconds),
    tokens,
    cache: parts.cache,
    isDraining: parts.isDraining,
    onEvent: (event, player) => {
      metrics.count("spacetime_sessions_total", { event });
      if (event === "refused") return;
      if (event === "opened" || event === "resumed") {
        parts.webhooks.tell("player.joined", { player });
        void sharing?.publish({ kind: "player", player }).catch(() => undefined);
      } else parts.webhooks.tell("player.left", { player });
    },
  });
}

function frameOf(frames: FrameLoop, players: Players) {
  const { fps, frameTimeMs } = frames.sample;
  return {
    frame: frames.frames,
    time_ms: Date.now(),
    fps,
    frame_time_ms: frameTimeMs,
    players: players.present.map(({ player, position, rotation }) => ({ id: player, position, rotation })),
  };
}

function meshOf(
  { id, settings, metrics, log, shared }: GameArgs,
  parts: { players: Players; scenes: Scenes; isDraining: () => boolean },
): Mesh {
  return new Mesh({
    server: id,
    bindAddress: settings.http.bindAddress,
    settings: settings.mesh,
    codec: new DatagramCodec(settings.access.signingKey ?? "open"),
    shared,
    metrics,
    log,
    describe: () => ({
      state: parts.isDraining() ? "draining" : "ready",
      environment: settings.environment,
      scene: parts.scenes.current,
      http_port: settings.http.port,
      telemetry_port: settings.telemetry.port,
      players: parts.players.count,
      max_players: settings.lifecycle.maxPlayers,
    }),
    players: () => parts.players.present.map(({ player, name }) => ({ id: player, name })),
  });
}
