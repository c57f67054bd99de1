import { availableParallelism } from "node:os";
import type { Config } from "../../components/config/config.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { resolveSetting } from "../../components/config/variables/resolve-variables.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { parseCpuQuantity } from "../../components/shared/kubernetes/quantities.ts";
import { type ExternalAddress, externalAddresses } from "./external-addresses.ts";

/** The classes of rate limits, as in the label of `spacetime_rate_limited_total`. */
export type RateLimitClass = "global" | "probe" | "status" | "scene_read" | "scene_write";

/** Expected values of a healthy environment, from its config or from the default settings. */
export interface Expectations {
  readonly mainScene: string;
  readonly whitelist: readonly string[];
  readonly telemetryRateHz: number;
  readonly sceneReadsPerMinute: number;
  /** Requests per minute and client, by the class of the limit. */
  readonly rateLimitsPerMinute: Readonly<Record<RateLimitClass, number>>;
  /** Target frame rate, and the threshold of the frame rate alert, in frames per second. */
  readonly targetFps: number;
  readonly alertFps: number;
  /** Megabytes (10^6 bytes). */
  readonly memoryMb: number;
  readonly debugAdapters: boolean;
  /** CPU limit of one server, in cores. */
  readonly cores: number;
  /** Maximum 95th percentile of the latency, in milliseconds. */
  readonly p95LatencyMs: number;
  /** Minimum number of ready servers. */
  readonly servers: number;
  /** Whether every pool is autoscaled. */
  readonly autoscaled: boolean;
  /** Image of the game server, pinned by digest; only known from a config. */
  readonly image?: string;
  /** The storage class of an existing cluster; only known from a config. */
  readonly storageClass?: string;
  /** The DNS zone of the public name that the deployment manages; only known from a config. */
  readonly dnsZone?: string;
  /** The addresses outside the cluster that the deployment needs; only known from a config. */
  readonly externalAddresses?: readonly ExternalAddress[];
  /** Non-secret variables of the game server; only known from a config. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** Well below 1 s, the limit for an uninterrupted flow of thought (Nielsen, Usability Engineering, ch. 5). */
const MAX_P95_LATENCY_MS = 500;

/**
 * Returns the expectations without a config: the default settings, overridden by the given variables. A URL is checked
 * against the defaults of production.
 */
export function defaultExpectations(
  environment: Environment = "production",
  overrides: Readonly<Record<string, string>> = {},
): Expectations {
  const valueOfVariable = (name: string): string => {
    const definition = VARIABLES.get(name);
    return (
      overrides[name] ?? (definition === undefined ? "" : (resolveSetting(environment, {}, definition) ?? ""))
    );
  };
  return expectationsFromVariables(valueOfVariable, {
    cores: environment === "local" ? availableParallelism() : 1,
    servers: 1,
  });
}

/** Returns the expectations of an environment with this config. */
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
  const valueOfVariable = (name: string): string => variables.get(name) ?? "";
  return {
    ...expectationsFromVariables(valueOfVariable, { cores, servers }),
    ...expectedPlatform(config),
    externalAddresses: externalAddresses(config),
    autoscaled,
    image,
    variables,
  };
}

function expectedPlatform({ cluster }: Config): Pick<Expectations, "storageClass" | "dnsZone"> {
  return cluster.kind === "existing"
    ? { storageClass: cluster.storageClass }
    : { dnsZone: cluster.dnsZone.name };
}

function expectationsFromVariables(
  valueOfVariable: (name: string) => string,
  size: Pick<Expectations, "cores" | "servers">,
): Expectations {
  const limit = (name: string): number => Number(valueOfVariable(`GODOT_RATE_LIMIT_${name}_PER_MINUTE`));
  return {
    mainScene: valueOfVariable("GODOT_MAIN_SCENE"),
    whitelist: valueOfVariable("GODOT_SCENE_WHITELIST").split(","),
    telemetryRateHz: Number(valueOfVariable("GODOT_TELEMETRY_RATE_HZ")),
    sceneReadsPerMinute: limit("SCENE_READ"),
    rateLimitsPerMinute: {
      global: limit("GLOBAL"),
      probe: limit("PROBE"),
      status: limit("STATUS"),
      scene_read: limit("SCENE_READ"),
      scene_write: limit("SCENE_WRITE"),
    },
    targetFps: Number(valueOfVariable("GODOT_TARGET_FPS")),
    alertFps: Number(valueOfVariable("GODOT_FPS_ALERT_THRESHOLD")),
    memoryMb: Number(valueOfVariable("GODOT_MEMORY_TARGET_MB")),
    debugAdapters: valueOfVariable("GODOT_DEBUG_ADAPTERS_ENABLED") === "true",
    p95LatencyMs: MAX_P95_LATENCY_MS,
    autoscaled: false,
    ...size,
  };
}
