import type { JsonObject } from "../plan.ts";

/** What a price depends on; a plan, or the resources of a policy. */
export interface CostedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: JsonObject;
}

export interface CostedPlan {
  readonly environment: string;
  readonly resources: readonly CostedResource[];
}

/** The zones of an environment on EKS; none without subnets. */
export function zoneCount({ resources }: CostedPlan): number {
  const subnets = resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
  return new Set(subnets.map(({ inputs }) => inputs.availabilityZone)).size;
}
