import { randomUUID } from "node:crypto";
import { Authenticator } from "./auth/authenticator.ts";
import { TokenService } from "./auth/token-service.ts";
import { CacheManager } from "./data/cache-manager.ts";
import type { PlayerRecord } from "./data/game-store.ts";
import { MemoryStore } from "./data/memory-store.ts";
import { PostgresStore } from "./data/postgres-store.ts";
import { RedisClient } from "./data/redis-client.ts";
import { Drain } from "./drain.ts";
import { FrameLoop } from "./engine/frame-loop.ts";
import { Scenes } from "./engine/scenes.ts";
import { type Fault, WRONG_SCENE } from "./faults.ts";
import { Jobs } from "./features/jobs.ts";
import { Webhooks } from "./features/webhooks.ts";
import { IntrusionDetection } from "./limits/intrusion-detection.ts";
import { RateLimiter } from "./limits/rate-limiter.ts";
import { DatagramCodec } from "./mesh/datagram-codec.ts";
import { Mesh } from "./mesh/mesh.ts";
import { MeshState } from "./mesh/mesh-state.ts";
import { Logger } from "./observability/logger.ts";
import { Metrics } from "./observability/metrics.ts";
import { Players } from "./players/players.ts";
import { SessionStore } from "./players/session-store.ts";
import type { ServerContext } from "./server-context.ts";
import type { Settings } from "./settings/settings.ts";
import { TelemetryServer } from "./telemetry/telemetry-server.ts";
import { TlsCertificate } from "./tls-certificate.ts";
import { Snapshots } from "./world/snapshots.ts";
import { World } from "./world/world.ts";

/** Start options that are not environment variables. */
export interface ServerContextOptions {
  readonly faults: ReadonlySet<Fault>;
  readonly write: (line: string) => void;
  readonly version: string;
  readonly sceneLoadMs: number;
}

/** Creates the components of a server without listening or connecting. */
export function createServerContext(
  settings: Settings,
  options: ServerContextOptions,
): ServerContext & { readonly shared: MeshState | undefined } {
  const { faults, version } = options;
  const id = randomUUID();
  const metrics = new Metrics(settings.monitoring.latencyBucketsMs);
  const log = new Logger(settings.logging, {
    server: id,
    write: options.write,
    onLine: (level) => metrics.increment("spacetime_log_lines_total", { level }),
    onAudit: (kind) => metrics.increment("spacetime_audit_records_total", { kind }),
  });
  const redis = settings.redis.host === undefined ? undefined : new RedisClient(settings, log, metrics);
  const store =
    settings.database.host === undefined ? new MemoryStore() : new PostgresStore(settings, log, metrics);
  const shared = redis && new MeshState(redis, id, settings.mesh.stateTtlSeconds);
  const base = { id, version, settings, faults, log, metrics, redis, store };
  const access = createAccessControl(base);
  const game = createGameServices({ ...base, ...access, shared, sceneLoadMs: options.sceneLoadMs });
  const certificate = settings.tls.enabled
    ? new TlsCertificate(settings.tls, log, { expired: faults.has("expired-certificate") })
    : undefined;
  return { ...base, ...access, ...game, shared, certificate, autoloads: new Set(["SettingsManager"]) };
}

type BaseContext = Pick<
  ServerContext,
  "id" | "version" | "settings" | "faults" | "log" | "metrics" | "redis" | "store"
>;

function createAccessControl({ settings, faults, metrics, log, redis }: BaseContext) {
  const tokens = new TokenService(settings.access, settings.redis.sessionTtlSeconds);
  const authenticator = new Authenticator(tokens, settings, { open: faults.has("no-auth") });
  const limiter = new RateLimiter(settings.limits, redis, { off: faults.has("no-rate-limit") });
  const intrusion = new IntrusionDetection(settings.intrusion, (client) => {
    metrics.increment("spacetime_intrusion_blocks_total");
    log.warning("client address blocked after repeated failures", { client });
    log.audit("auth", "address blocked", { client });
  });
  return { tokens, authenticator, limiter, intrusion };
}

type GameServicesArgs = BaseContext &
  ReturnType<typeof createAccessControl> & { shared: MeshState | undefined; sceneLoadMs: number };

function createGameServices(args: GameServicesArgs) {
  const { settings, metrics, log, store, shared } = args;
  const frames = new FrameLoop(settings.performance, metrics);
  const webhooks = new Webhooks(metrics, log);
  const jobs = new Jobs(metrics);
  const { cacheTtlSeconds, cacheMaxEntries } = settings.redis;
  const cache = new CacheManager<PlayerRecord>(cacheTtlSeconds, cacheMaxEntries, (result) =>
    metrics.increment("spacetime_cache_requests_total", { result }),
  );
  const sharing = settings.mesh.enabled ? shared : undefined;
  const scenes = createScenes(args);
  const world = new World({
    store,
    metrics,
    allowPlaceholders: settings.debugging.developmentMode,
    onChange: (change) => void sharing?.publish({ kind: "world", change }).catch(() => undefined),
  });
  const snapshots = new Snapshots({ settings: settings.backup, store, world, metrics, log });
  const players: Players = createPlayers(args, { cache, webhooks, isDraining: () => drain.active });
  const telemetry = new TelemetryServer({
    server: args.id,
    settings: settings.telemetry,
    players,
    metrics,
    frame: () => createTelemetryFrame(frames, players),
  });
  const drain = new Drain({
    timeoutSeconds: settings.lifecycle.drainTimeoutSeconds,
    players,
    world,
    telemetry: () => telemetry,
    log,
    onStart: () => webhooks.notify("drain.started", { server: args.id }),
  });
  const mesh = createMesh(args, { players, scenes, isDraining: () => drain.active });
  return { frames, webhooks, jobs, cache, scenes, world, snapshots, players, telemetry, drain, mesh };
}

function createScenes({ settings, faults, metrics, sceneLoadMs }: GameServicesArgs): Scenes {
  const first = faults.has("wrong-scene") ? WRONG_SCENE : settings.scenes.main;
  metrics.setInfo("spacetime_scene_info", { scene: first });
  return new Scenes(settings.scenes, {
    initialScene: first,
    whitelistOff: faults.has("whitelist-off"),
    loadMs: sceneLoadMs,
    onLoad: (result, scene) => {
      metrics.increment("spacetime_scene_loads_total", { result });
      if (result === "loaded") metrics.setInfo("spacetime_scene_info", { scene });
    },
  });
}

function createPlayers(
  { id, settings, metrics, redis, store, tokens, shared }: GameServicesArgs,
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
      metrics.increment("spacetime_sessions_total", { event });
      if (event === "refused") return;
      if (event === "opened" || event === "resumed") {
        parts.webhooks.notify("player.joined", { player });
        void sharing?.publish({ kind: "player", player }).catch(() => undefined);
      } else parts.webhooks.notify("player.left", { player });
    },
  });
}

function createTelemetryFrame(frames: FrameLoop, players: Players) {
  const { fps, frameTimeMs } = frames.sample;
  return {
    frame: frames.frames,
    time_ms: Date.now(),
    fps,
    frame_time_ms: frameTimeMs,
    players: players.sessions.map(({ player, position, rotation }) => ({ id: player, position, rotation })),
  };
}

function createMesh(
  { id, settings, metrics, log, shared }: GameServicesArgs,
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
    players: () => parts.players.sessions.map(({ player, name }) => ({ id: player, name })),
  });
}
