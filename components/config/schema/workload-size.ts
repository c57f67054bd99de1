import { z } from "zod";
import * as scalar from "./scalars.ts";

export const scaling = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("fixed").describe("a fixed number of replicas"),
      replicas: scalar.integerBetween(1, 100).describe("number of replicas"),
    }),
    z.strictObject({
      kind: z.literal("autoscaled").describe("scaled by CPU utilization (HorizontalPodAutoscaler)"),
      minimum: scalar.integerBetween(1, 100).describe("minimum number of replicas"),
      maximum: scalar.integerBetween(1, 500).describe("maximum number of replicas; at least `minimum`"),
      targetCpuPercent: scalar
        .integerBetween(10, 95)
        .describe("target for the average CPU utilization, in percent of the request"),
    }),
  ])
  .describe("number of replicas");

export const resources = z
  .strictObject({
    cpu: scalar.cpuQuantity.describe("CPU request and limit per pod"),
    memory: scalar.byteQuantity.describe("memory request and limit per pod"),
  })
  .describe("resources of each pod");
