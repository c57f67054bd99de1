import type { ScalingConfig } from "./schema/stack-schema.ts";

export function minimumReplicas(scaling: ScalingConfig): number {
  return scaling.kind === "fixed" ? scaling.replicas : scaling.minimum;
}

export function maximumReplicas(scaling: ScalingConfig): number {
  return scaling.kind === "fixed" ? scaling.replicas : scaling.maximum;
}
