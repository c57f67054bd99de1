import { z } from "zod";
import * as scalar from "./scalars.ts";

export const scaling = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("fixed").describe("always the same number"),
      replicas: scalar.integerBetween(1, 100).describe("how many"),
    }),
    z.strictObject({
      kind: z.literal("autoscaled").describe("between two bounds, by CPU"),
      minimum: scalar.integerBetween(1, 100).describe("never fewer"),
      maximum: scalar.integerBetween(1, 500).describe("never more; at least the minimum"),
      targetCpuPercent: scalar
        .integerBetween(10, 95)
        .describe("mean CPU use, in percent of what is requested"),
    }),
  ])
  .describe("how many run");

export const resources = z
  .strictObject({
    cpu: scalar.cpuQuantity.describe("CPU of one instance, request and limit"),
    memory: scalar.byteQuantity.describe("memory of one instance, request and limit"),
  })
  .describe("what one instance gets");
