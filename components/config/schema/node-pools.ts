import { z } from "zod";
import * as scalar from "./scalars.ts";

/** EC2 instance categories of EKS Auto Mode: compute-optimized, general-purpose and memory-optimized. */
const INSTANCE_CATEGORIES = ["c", "m", "r"] as const;

const nodePool = z.strictObject({
  categories: z
    .array(z.enum(INSTANCE_CATEGORIES))
    .min(1, "must name at least one category")
    .describe("allowed EC2 instance categories; more categories make capacity shortages less likely"),
  cpus: z
    .array(z.enum(["2", "4", "8", "16", "32"]))
    .min(1, "must name at least one size")
    .describe("allowed vCPUs per node, in quotes"),
  architecture: z.enum(["amd64", "arm64"]).describe("CPU architecture of the images"),
  limitCpu: scalar
    .integerBetween(2, 5000)
    .describe("limit for the sum of vCPUs in the pool, which also limits the cost"),
});

/** The three node pools; each workload selects one. */
export const nodePools = z
  .strictObject({
    game: nodePool.describe("game servers; their nodes are protected from voluntary disruption"),
    system: nodePool.describe("gateway, in-cluster databases and the cluster's controllers"),
    monitoring: nodePool.describe(
      "monitoring and logging, isolated so that their load does not affect game sessions",
    ),
  })
  .describe("node pools of EKS Auto Mode");
