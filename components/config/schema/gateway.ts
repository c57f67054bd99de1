import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources, scaling } from "./workload-size.ts";

const annotations = z
  .record(scalar.annotationName, scalar.singleLineText)
  .default({})
  .describe("annotations that the cluster's controller reads");

const exposure = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("load-balancer").describe("a Service of type LoadBalancer"),
      deregistrationSeconds: scalar
        .integerBetween(0, 900)
        .describe(
          "time that the load balancer needs to stop sending to a leaving gateway (an AWS NLB: two minutes or more)",
        ),
      sourceCidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("who may connect; required, because an open door is a decision"),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("ingress").describe("an Ingress of the cluster's own controller"),
      className: scalar.dnsLabel.describe("IngressClass"),
      controllerNamespace: scalar.dnsLabel.describe(
        "namespace of the Ingress controller, the only one that may reach the gateway",
      ),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("node-port").describe("a port on every node"),
      port: scalar.nodePort.describe("that port"),
    }),
  ])
  .describe("how players reach the gateway");

export const gateway = z
  .strictObject({
    domain: scalar.hostname.describe(
      "the public name; certificates are issued for it and nginx answers to no other",
    ),
    scaling,
    resources,
    exposure,
    shield: z
      .strictObject({
        requestsPerSecond: scalar
          .integerBetween(1, 10000)
          .describe("requests per second of one client address"),
        burst: scalar.integerBetween(1, 10000).describe("requests beyond that rate that still pass at once"),
        connections: scalar.integerBetween(1, 10000).describe("open connections of one client address"),
      })
      .describe("coarse limits at the gateway; the fine ones are the game server's (GODOT_RATE_LIMIT_…)"),
  })
  .describe("nginx in front of the game servers");
