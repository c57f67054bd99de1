import { z } from "zod";
import * as scalar from "../scalars.ts";

export const cluster = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("existing").describe("a cluster that somebody else runs, reached through a kubeconfig"),
      context: scalar.printable
        .min(1, "must not be empty")
        .max(253, "must be at most 253 characters")
        .optional()
        .describe("kubeconfig context; only `local` and `package` may leave it out and take the current one"),
      storageClass: scalar.label.describe("StorageClass of every PersistentVolumeClaim"),
      zones: scalar
        .whole(1, 6)
        .describe("zones that the nodes stand in; workloads are spread over that many"),
    }),
  ])
  .describe("where the workloads run");
