import { closeDebugPorts } from "../../../policy/rules/network/close-debug-ports.ts";
import { denyByDefault } from "../../../policy/rules/network/deny-by-default.ts";
import { forbidNodePorts } from "../../../policy/rules/network/forbid-node-ports.ts";
import { guardGamePorts } from "../../../policy/rules/network/guard-game-ports.ts";
import { keepMeshInternal } from "../../../policy/rules/network/keep-mesh-internal.ts";
import {
  anywhere,
  CONTAINER,
  DENIAL,
  ENVIRONMENT,
  fromWorkload,
  GAME,
  only,
  remove,
  set,
  ungoverned,
  unknownAt,
  variable,
  without,
} from "./changes.ts";
import type { Change, RuleCases } from "./types.ts";

const POLICY = "network-game-server";
const MESH = "game-server-mesh-service";
const ADAPTERS = "GODOT_DEBUG_ADAPTERS_ENABLED";

/** One rule in place of all that a policy has, so that no case depends on their order. */
const onlyRule = (peer: object | undefined, port: number, protocol = "TCP"): Change =>
  only(POLICY, "spec.ingress", {
    ...(peer === undefined ? {} : { from: [peer] }),
    ports: [{ port, protocol }],
  });

export const networkCases: readonly RuleCases[] = [
  {
    rule: denyByDefault,
    violations: [
      {
        title: "no denial",
        change: remove(DENIAL),
        finds: ["namespaces-spacetime metadata.name: nothing denies traffic by default in spacetime"],
      },
      {
        title: "only what comes in is denied",
        change: set(DENIAL, "spec.policyTypes", ["Ingress"]),
        finds: ["namespaces-spacetime metadata.name: nothing denies traffic by default in spacetime"],
      },
      {
        title: "some pods only",
        change: set(DENIAL, "spec.podSelector", fromWorkload("gateway").podSelector),
        finds: ["namespaces-spacetime metadata.name: nothing denies traffic by default in spacetime"],
      },
      {
        title: "an exception for everybody",
        change: set(DENIAL, "spec.egress", [{}]),
        finds: ["namespaces-spacetime metadata.name: nothing denies traffic by default in spacetime"],
      },
    ],
    notApplicable: { change: without(":Namespace") },
    unknown: [unknownAt(DENIAL, "spec"), unknownAt(DENIAL, "spec.podSelector")],
  },
  {
    rule: closeDebugPorts,
    violations: [
      {
        title: "a container's port",
        change: only(GAME, `${CONTAINER}.ports`, { containerPort: 6006 }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].ports[0].containerPort: debug port 6006 is open",
        ],
      },
      {
        title: "a Service's port",
        change: only("game-server-service", "spec.ports", { port: 443, targetPort: 6005 }),
        finds: ["game-server-service spec.ports[0].targetPort: debug port 6005 is open"],
      },
      {
        title: "a rule for a range of ports",
        change: only(POLICY, "spec.ingress", {
          from: [fromWorkload("gateway")],
          ports: [{ port: 6000, endPort: 6010 }],
        }),
        finds: ["network-game-server spec.ingress[0].ports: a debug port can be reached through this rule"],
      },
      {
        title: "a rule for every port",
        change: only(POLICY, "spec.ingress", { from: [fromWorkload("gateway")] }),
        finds: ["network-game-server spec.ingress[0].ports: a debug port can be reached through this rule"],
      },
      {
        title: "the adapters themselves",
        change: variable(ADAPTERS, "true"),
        finds: [
          'game-server-environment data.GODOT_DEBUG_ADAPTERS_ENABLED: GODOT_DEBUG_ADAPTERS_ENABLED is "true", not "false"',
        ],
      },
      {
        title: "nobody says they are off",
        change: variable(ADAPTERS, undefined),
        finds: [
          'game-server-environment data.GODOT_DEBUG_ADAPTERS_ENABLED: GODOT_DEBUG_ADAPTERS_ENABLED is missing, not "false"',
        ],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [
      unknownAt(GAME, `${CONTAINER}.ports`),
      unknownAt("game-server-service", "spec.ports"),
      unknownAt(POLICY, "spec.ingress[0].ports"),
      unknownAt(ENVIRONMENT, `data.${ADAPTERS}`),
    ],
  },
  {
    rule: forbidNodePorts,
    violations: [
      {
        title: "a node port",
        change: set("gateway-service", "spec.type", "NodePort"),
        finds: ["gateway-service spec.type: the Service opens a port on every node"],
      },
      {
        title: "addresses from outside",
        change: set("gateway-service", "spec.externalIPs", ["198.51.100.7"]),
        finds: ['gateway-service spec.externalIPs[0]: the Service takes address "198.51.100.7"'],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt("gateway-service", "spec.type")],
  },
  {
    rule: guardGamePorts,
    violations: [
      {
        title: "addresses may come in",
        change: onlyRule(anywhere, 8080),
        finds: [
          "network-game-server spec.ingress[0].from[0]: more than one workload may reach TCP 8080 (GODOT_HTTP_PORT)",
        ],
      },
      {
        title: "another workload may come in",
        change: onlyRule(fromWorkload("redis"), 8081),
        finds: [
          "network-game-server spec.ingress[0].from[0]: redis may reach TCP 8081 (GODOT_TELEMETRY_PORT)",
        ],
      },
      {
        title: "everybody may come in",
        change: onlyRule(undefined, 8080),
        finds: [
          "network-game-server spec.ingress[0].from: more than one workload may reach TCP 8080 (GODOT_HTTP_PORT)",
        ],
      },
      {
        title: "the gateway on the mesh port",
        change: onlyRule(fromWorkload("gateway"), 8087, "UDP"),
        finds: [
          "network-game-server spec.ingress[0].from[0]: gateway may reach UDP 8087 (GODOT_DISCOVERY_PORT)",
        ],
      },
      {
        title: "no policy governs the pods",
        change: ungoverned(POLICY),
        finds: ["game-server-main-deployment metadata.name: no network policy governs these pods"],
      },
      {
        title: "no port to guard",
        change: variable("GODOT_TELEMETRY_PORT", undefined),
        finds: ["game-server-environment data.GODOT_TELEMETRY_PORT: GODOT_TELEMETRY_PORT is missing"],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [
      unknownAt(POLICY, "spec.ingress[0].from"),
      unknownAt(POLICY, "spec.podSelector"),
      unknownAt(ENVIRONMENT, "data.GODOT_HTTP_PORT"),
    ],
  },
  {
    rule: keepMeshInternal,
    violations: [
      {
        title: "another workload may send",
        change: onlyRule(fromWorkload("gateway"), 8087, "UDP"),
        finds: ["network-game-server spec.ingress[0].from[0]: the mesh port 8087 is open to gateway"],
      },
      {
        title: "the mesh port leaves by a load balancer",
        change: set(MESH, "spec.type", "LoadBalancer"),
        finds: [
          'game-server-mesh-service spec.type: the mesh port 8087 leaves the cluster by "LoadBalancer"',
        ],
      },
      {
        title: "no port to guard",
        change: variable("GODOT_DISCOVERY_PORT", undefined),
        finds: ["game-server-environment data.GODOT_DISCOVERY_PORT: GODOT_DISCOVERY_PORT is missing"],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(POLICY, "spec.ingress"), unknownAt(MESH, "spec.type")],
  },
];
