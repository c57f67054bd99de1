import { availableParallelism } from "node:os";
import type { Config } from "../../components/config/config.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { resolveSetting } from "../../components/config/variables/resolve-variables.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { parseCpuQuantity } from "../../components/shared/kubernetes/quantities.ts";

/** What a sound environment shows; from its config, or from the defaults of the catalogue. */
export interface Expectations {
  readonly mainScene: string;
  readonly whitelist: readonly string[];
  readonly telemetryRateHz: number;
  readonly sceneReadsPerMinute: number;
  /** Frames per second: the target, and the least that is no alert. */
  readonly targetFps: number;
  readonly alertFps: number;
  /** Megabytes (10^6 bytes). */
  readonly memoryMb: number;
  readonly debugAdapters: boolean;
  /** Processor cores that one server may use. */
  readonly cores: number;
  /** Milliseconds that 95 of 100 answers take at most. */
  readonly p95LatencyMs: number;
  /** Servers that are ready at least. */
  readonly servers: number;
  /** Whether every pool's size is the autoscaler's. */
  readonly autoscaled: boolean;
  /** The game server's image, pinned by digest, where the config says it. */
  readonly image?: string;
  /** The plain variables of the game server, where the config says them. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** Half a second is felt as waiting (Nielsen, Usability Engineering, ch. 5: under 1 s keeps the flow of thought). */
const MAX_P95_LATENCY_MS = 500;

/**
 * What to expect without a config: the catalogue's defaults, but for the variables that are given. A URL is held to
 * production's.
 */
export function defaultExpectations(
  environment: Environment = "production",
  given: Readonly<Record<string, string>> = {},
): Expectations {
  const text = (name: string): string => {
    const definition = VARIABLES.get(name);
    return (
      given[name] ?? (definition === undefined ? "" : (resolveSetting(environment, {}, definition) ?? ""))
    );
  };
  return expectationsFromVariables(text, {
    cores: environment === "local" ? availableParallelism() : 1,
    servers: 1,
  });
}

/** What to expect of an environment with this config. */
export function expectationsFromConfig(config: Config): Expectations {
  const variables = new Map(
    [...config.variables].flatMap(([name, variable]) =>
      variable.kind === "plain" ? [[name, variable.value] as const] : [],
    ),
  );
  const { pools } = config.gameServer;
  const cores = Math.max(...pools.map(({ resources }) => parseCpuQuantity(resources.cpu)));
  const servers = pools.reduce(
    (sum, { scaling }) => sum + (scaling.kind === "fixed" ? scaling.replicas : scaling.minimum),
    0,
  );
  const autoscaled = pools.every(({ scaling }) => scaling.kind === "autoscaled");
  const { image } = config.gameServer;
  const text = (name: string): string => variables.get(name) ?? "";
  return { ...expectationsFromVariables(text, { cores, servers }), autoscaled, image, variables };
}

function expectationsFromVariables(
  text: (name: string) => string,
  size: Pick<Expectations, "cores" | "servers">,
): Expectations {
  return {
    mainScene: text("GODOT_MAIN_SCENE"),
    whitelist: text("GODOT_SCENE_WHITELIST").split(","),
    telemetryRateHz: Number(text("GODOT_TELEMETRY_RATE_HZ")),
    sceneReadsPerMinute: Number(text("GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE")),
    targetFps: Number(text("GODOT_TARGET_FPS")),
    alertFps: Number(text("GODOT_FPS_ALERT_THRESHOLD")),
    memoryMb: Number(text("GODOT_MEMORY_TARGET_MB")),
    debugAdapters: text("GODOT_DEBUG_ADAPTERS_ENABLED") === "true",
    p95LatencyMs: MAX_P95_LATENCY_MS,
    autoscaled: false,
    ...size,
  };
}
