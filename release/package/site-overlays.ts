import type { RawConfig } from "../../components/config/config.ts";
import type { Json } from "../../plan/plan.ts";

/** The overlays of the package, each with a description for its README. */
export const OVERLAYS = {
  production: "the objects of the package environment, as its stack file describes them",
  staging: "the same architecture with the smallest replica counts, for a rehearsal on a smaller cluster",
} as const;

export type OverlayName = keyof typeof OVERLAYS;
export const OVERLAY_NAMES = Object.keys(OVERLAYS) as readonly OverlayName[];

/** The stack file of an overlay: that of the package, with the values that the overlay changes. */
export function overlayConfig(raw: RawConfig, overlay: OverlayName): RawConfig {
  if (overlay === "production") return raw;
  const values = structuredClone(raw.values) as Record<string, unknown>;
  const gateway = values.gateway as Record<string, unknown>;
  gateway.scaling = { kind: "fixed", replicas: 1 };
  const gameServer = values.gameServer as { pools: Record<string, unknown>[] };
  for (const pool of gameServer.pools) pool.scaling = { kind: "fixed", replicas: 1 };
  return { ...raw, values: values as Record<string, Json> };
}
