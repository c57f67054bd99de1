import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources, scaling } from "./workload-size.ts";

const gameServerPool = z.strictObject({
  name: scalar.dnsLabel.describe("unique name of the pool"),
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
      .describe("pools of game servers with the same size and scaling"),
    drainSeconds: scalar
      .integerBetween(10, 3600)
      .describe("seconds that a stopping server waits for connected sessions to move to another server"),
    variables: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean()], "must be a string, a number, true or false"),
      )
      .default({})
      .describe("values that override defaults of the variables below"),
  })
  .describe("the game server");
