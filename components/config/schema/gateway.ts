import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources, scaling } from "./workload-size.ts";

const annotations = z
  .record(scalar.annotationName, scalar.singleLineText)
  .default({})
  .describe("annotations for the load balancer or Ingress controller");

const exposure = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("load-balancer").describe("a Service of type LoadBalancer"),
      deregistrationSeconds: scalar
        .integerBetween(0, 900)
        .describe(
          "seconds until the load balancer stops routing to a terminating gateway pod (AWS NLB: at least 120)",
        ),
      sourceCidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("networks that may connect; required, so that public access is always explicit"),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("ingress").describe("an Ingress, served by an Ingress controller of the cluster"),
      className: scalar.dnsLabel.describe("name of the IngressClass"),
      controllerNamespace: scalar.dnsLabel.describe(
        "namespace of the Ingress controller, the only one that may reach the gateway",
      ),
      annotations,
    }),
    z.strictObject({
      kind: z.literal("node-port").describe("a port on every node"),
      port: scalar.nodePort.describe("the node port"),
    }),
  ])
  .describe("how players reach the gateway");

export const gateway = z
  .strictObject({
    domain: scalar.hostname.describe(
      "the public domain; certificates are issued for it, and nginx rejects requests for any other host",
    ),
    scaling,
    resources,
    exposure,
    shield: z
      .strictObject({
        requestsPerSecond: scalar.integerBetween(1, 10000).describe("requests per second per client address"),
        burst: scalar
          .integerBetween(1, 10000)
          .describe("requests above that rate that are accepted before nginx answers 429"),
        connections: scalar.integerBetween(1, 10000).describe("open connections per client address"),
      })
      .describe("coarse rate limits in nginx; the game server applies the finer GODOT_RATE_LIMIT_… limits"),
  })
  .describe("the gateway: nginx as the reverse proxy of the game servers");
