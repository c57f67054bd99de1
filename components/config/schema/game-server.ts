import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources, scaling } from "./workload-size.ts";

const gameServerPool = z.strictObject({
  name: scalar.dnsLabel.describe("name of the pool, unique"),
  scaling,
  resources,
});

export const gameServer = z
  .strictObject({
    image: scalar.imageByDigest.describe("image of the game server, pinned by digest"),
    pools: z
      .array(gameServerPool)
      .min(1, "must have at least one pool")
      .max(20, "must have at most 20 pools")
      .describe("groups of equal servers"),
    drainSeconds: scalar
      .integerBetween(10, 3600)
      .describe("time that connected sessions get to hand over before a server stops"),
    variables: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean()], "must be a text, a number, true or false"),
      )
      .default({})
      .describe("overrides of the variables' defaults; names and types are checked against the catalogue"),
  })
  .describe("the game server");
