import { z } from "zod";
import { elasticache, rds } from "./aws-data-stores.ts";
import * as scalar from "./scalars.ts";
import { resources } from "./workload-size.ts";

export const database = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("in-cluster").describe("a Postgres StatefulSet in the cluster"),
      storage: scalar.byteQuantity.describe("size of the volume"),
      resources,
    }),
    z.strictObject({
      kind: z
        .literal("external")
        .describe("an external Postgres; its password is the encrypted config key `databasePassword`"),
      host: scalar.hostname.describe("host name as in the server certificate"),
      port: scalar.port.describe("TCP port"),
      name: scalar.postgresName.describe("name of the database"),
      user: scalar.postgresName.describe("role that the game server logs in as"),
      cidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe(
          "networks that contain the host's addresses, because a NetworkPolicy cannot match host names",
        ),
      caCertificate: scalar.pemCertificates.describe(
        "PEM certificates of the CA that signed the server certificate",
      ),
    }),
    rds,
  ])
  .describe("Postgres, which stores players and the world");

export const redis = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("in-cluster").describe("a Redis StatefulSet in the cluster"),
      storage: scalar.byteQuantity.describe("size of the volume"),
      resources,
    }),
    elasticache,
  ])
  .describe("Redis, which stores sessions, mesh state and rate-limit counters");
