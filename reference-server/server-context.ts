import type { Authenticator } from "./auth/authenticator.ts";
import type { Principal } from "./auth/roles.ts";
import type { TokenService } from "./auth/token-service.ts";
import type { CacheManager } from "./data/cache-manager.ts";
import type { GameStore, PlayerRecord } from "./data/game-store.ts";
import type { RedisClient } from "./data/redis-client.ts";
import type { Drain } from "./drain.ts";
import type { FrameLoop } from "./engine/frame-loop.ts";
import type { Scenes } from "./engine/scenes.ts";
import type { Fault } from "./faults.ts";
import type { Jobs } from "./features/jobs.ts";
import type { Webhooks } from "./features/webhooks.ts";
import type { IntrusionDetection } from "./limits/intrusion-detection.ts";
import type { RateLimiter } from "./limits/rate-limiter.ts";
import type { Mesh } from "./mesh/mesh.ts";
import type { Logger } from "./observability/logger.ts";
import type { Metrics } from "./observability/metrics.ts";
import type { Players } from "./players/players.ts";
import type { Settings } from "./settings/settings.ts";
import type { TelemetryServer } from "./telemetry/telemetry-server.ts";
import type { TlsCertificate } from "./tls-certificate.ts";
import type { Snapshots } from "./world/snapshots.ts";
import type { World } from "./world/world.ts";

/** The components of a running server. */
export interface ServerContext {
  /** Unique id of this process; new at every start. */
  readonly id: string;
  readonly version: string;
  readonly settings: Settings;
  readonly faults: ReadonlySet<Fault>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tokens: TokenService;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly intrusion: IntrusionDetection;
  readonly frames: FrameLoop;
  readonly scenes: Scenes;
  readonly store: GameStore;
  readonly redis: RedisClient | undefined;
  readonly cache: CacheManager<PlayerRecord>;
  readonly players: Players;
  readonly world: World;
  readonly snapshots: Snapshots;
  readonly telemetry: TelemetryServer;
  readonly mesh: Mesh;
  readonly certificate: TlsCertificate | undefined;
  readonly webhooks: Webhooks;
  readonly jobs: Jobs;
  readonly drain: Drain;
  /** Autoloads that are running. */
  readonly autoloads: Set<string>;
}

/** One authorized request. */
export interface RequestContext {
  readonly context: ServerContext;
  readonly principal: Principal;
  readonly client: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The validated body; undefined when the route has none. */
  readonly body: unknown;
}

/** The response of a route: JSON, or text with its content type. */
export interface RouteResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
