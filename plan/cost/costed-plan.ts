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
