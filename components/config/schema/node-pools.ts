import { z } from "zod";
import * as scalar from "./scalars.ts";

/** EC2 instance categories that Auto Mode offers: computing, general purpose, memory. */
const INSTANCE_CATEGORIES = ["c", "m", "r"] as const;

const nodePool = z.strictObject({
  categories: z
    .array(z.enum(INSTANCE_CATEGORIES))
    .min(1, "must name at least one category")
    .describe("EC2 instance categories to choose from; more of them find capacity more easily"),
  cpus: z
    .array(z.enum(["2", "4", "8", "16", "32"]))
    .min(1, "must name at least one size")
    .describe("vCPUs of one node, as texts"),
  architecture: z.enum(["amd64", "arm64"]).describe("what the images are built for"),
  limitCpu: scalar
    .integerBetween(2, 5000)
    .describe("vCPUs of all nodes of the pool together: the bill's ceiling"),
});

/** The three pools of nodes; each workload names its pool. */
export const nodePools = z
  .strictObject({
    game: nodePool.describe("game servers: long sessions, protected from voluntary disruption"),
    system: nodePool.describe("gateway, stores and the cluster's own controllers"),
    monitoring: nodePool.describe("monitoring and logging, so that a rush of metrics starves no session"),
  })
  .describe("pools of nodes that EKS Auto Mode may start");
