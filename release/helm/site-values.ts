import { z } from "zod";
import type { RawConfig } from "../../components/config/config.ts";
import { byteQuantity, dnsLabel, integerBetween } from "../../components/config/schema/scalars.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";

/** A value of the chart: something that differs between the sites that receive the same package. */
export interface SiteValue {
  /** The path in values.yaml. */
  readonly path: readonly string[];
  readonly description: string;
  /** The value of this package's stack file. */
  readonly default: string | number;
  /** A value that appears nowhere else: where it is in a plan, the chart has a template expression. */
  readonly marker: string | number;
  readonly schema: JsonObject;
}

/** A stack file with markers instead of the values of a site. */
export interface MarkedConfig {
  readonly raw: RawConfig;
  readonly values: readonly SiteValue[];
}

type Settings = Record<string, unknown>;

/** Collects values while it replaces them with their markers. */
class Marking {
  readonly values: SiteValue[] = [];

  /** Replaces a setting; settings that the stack file does not have are skipped. */
  mark(settings: Settings, key: string, value: Omit<SiteValue, "default" | "schema">, type: z.ZodType): void {
    const current = settings[key];
    if (typeof current !== "string" && typeof current !== "number") return;
    this.values.push({ ...value, default: current, schema: toSchema(type, value.description) });
    settings[key] = value.marker;
  }
}

function toSchema(type: z.ZodType, description: string): JsonObject {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { target: "draft-7" }) as Record<
    string,
    Json
  >;
  return { ...schema, description };
}

const DIGEST_MARKER = `sha256:${"5ec7a1e5".repeat(8)}`;
const REPOSITORY_MARKER = "registry.site-marker.internal/server";

/** Like `hostname` of the stack file, but without lookarounds, which the regular expressions of Helm do not have. */
const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const domain = z
  .string()
  .max(253)
  .regex(new RegExp(`^${label}(\\.${label})+$`));

const repository = z.string().regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** At least two replicas, because a disruption budget of one pod would block every drain of a node. */
const MINIMUM_REPLICAS = 2;

/** Replaces everything that may differ per site with markers. Everything else is fixed when the package is built. */
export function markSiteValues(raw: RawConfig): MarkedConfig {
  const values = structuredClone(raw.values) as Record<string, Settings>;
  const { cluster = {}, gateway = {}, gameServer = {}, database = {}, redis = {} } = values;
  const marking = new Marking();
  const storage = (name: string, settings: Settings, marker: string): void =>
    marking.mark(
      settings,
      "storage",
      {
        path: ["storage", name],
        description: `size of the volume of ${name}; only for a new installation`,
        marker,
      },
      byteQuantity,
    );
  marking.mark(
    gateway,
    "domain",
    { path: ["domain"], description: "public name of this site", marker: "domain.site-marker.internal" },
    domain,
  );
  marking.mark(
    cluster,
    "storageClass",
    {
      path: ["storage", "className"],
      description: "StorageClass of every volume; only for a new installation",
      marker: "storage-class-site-marker",
    },
    dnsLabel,
  );
  if (database.kind === "in-cluster") storage("postgres", database, "77123Gi");
  if (redis.kind === "in-cluster") storage("redis", redis, "77124Gi");
  markExposure(marking, gateway.exposure as Settings);
  markImage(marking, gameServer);
  markScaling(marking, ["gateway"], gateway, [83, 87]);
  for (const [index, pool] of ((gameServer.pools ?? []) as Settings[]).entries()) {
    const path = ["gameServer", "pools", String(pool.name)];
    markScaling(marking, path, pool, [61 + index, 461 + index]);
  }
  return { raw: { ...raw, values }, values: marking.values };
}

function markExposure(marking: Marking, exposure: Settings): void {
  if (exposure.kind !== "ingress") return;
  marking.mark(
    exposure,
    "className",
    { path: ["ingress", "className"], description: "IngressClass", marker: "ingress-class-site-marker" },
    dnsLabel,
  );
  marking.mark(
    exposure,
    "controllerNamespace",
    {
      path: ["ingress", "controllerNamespace"],
      description: "namespace of the Ingress controller, the only one that may reach the gateway",
      marker: "ingress-ns-site-marker",
    },
    dnsLabel,
  );
}

/** The image is built from `binaries/`, and its registry and digest are those of the site. */
function markImage(marking: Marking, gameServer: Settings): void {
  const [name = "", hash = ""] = String(gameServer.image).split("@");
  const image: Settings = { repository: name, digest: hash };
  const path = (key: string) => ["gameServer", "image", key];
  marking.mark(
    image,
    "repository",
    {
      path: path("repository"),
      description: "registry and name of the game server's image",
      marker: REPOSITORY_MARKER,
    },
    repository,
  );
  marking.mark(
    image,
    "digest",
    { path: path("digest"), description: "digest of the game server's image", marker: DIGEST_MARKER },
    digest,
  );
  gameServer.image = `${String(image.repository)}@${String(image.digest)}`;
}

function markScaling(
  marking: Marking,
  path: readonly string[],
  workload: Settings,
  [low, high]: readonly [number, number],
): void {
  const scaling = workload.scaling as Settings;
  const mark = (key: string, description: string, marker: number, limit: number): void =>
    marking.mark(
      scaling,
      key,
      { path: [...path, key], description, marker },
      integerBetween(MINIMUM_REPLICAS, limit),
    );
  // A marker that is already the value could not be recognized.
  const unlike = (key: string, marker: number): number => (scaling[key] === marker ? marker + 5 : marker);
  mark("replicas", "number of replicas in production", unlike("replicas", low), 100);
  mark("minimum", "smallest number of replicas in production", unlike("minimum", low), 100);
  mark(
    "maximum",
    "largest number of replicas in production; at least the minimum",
    unlike("maximum", high),
    500,
  );
}
