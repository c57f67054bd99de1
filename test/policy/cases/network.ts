import { disallowDebugPorts } from "../../../policy/rules/network/disallow-debug-ports.ts";
import { disallowNodePorts } from "../../../policy/rules/network/disallow-node-ports.ts";
import { requireDefaultDenyNetworkPolicy } from "../../../policy/rules/network/require-default-deny-network-policy.ts";
import { restrictDiscoveryPortIngress } from "../../../policy/rules/network/restrict-discovery-port-ingress.ts";
import { restrictGameServerIngress } from "../../../policy/rules/network/restrict-game-server-ingress.ts";
import {
  anyAddress,
  CONTAINER,
  DEFAULT_DENY_POLICY,
  ENVIRONMENT,
  fromWorkload,
  GAME,
  remove,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
  withoutNetworkPolicy,
  withoutTypes,
} from "./changes.ts";
import type { Change, RuleCases } from "./rule-cases.ts";

const POLICY = "network-game-server";
const MESH = "game-server-mesh-service";
const ADAPTERS = "GODOT_DEBUG_ADAPTERS_ENABLED";

/** Replaces all rules of a policy with one, so that no case depends on their order. */
const onlyRule = (peer: object | undefined, port: number, protocol = "TCP"): Change =>
  setSingleItem(POLICY, "spec.ingress", {
    ...(peer === undefined ? {} : { from: [peer] }),
    ports: [{ port, protocol }],
  });

export const networkCases: readonly RuleCases[] = [
  {
    rule: requireDefaultDenyNetworkPolicy,
    violations: [
      {
        title: "no default-deny policy",
        change: remove(DEFAULT_DENY_POLICY),
        findings: ["namespaces-spacetime metadata.name: no default-deny NetworkPolicy exists in spacetime"],
      },
      {
        title: "only ingress is denied",
        change: set(DEFAULT_DENY_POLICY, "spec.policyTypes", ["Ingress"]),
        findings: ["namespaces-spacetime metadata.name: no default-deny NetworkPolicy exists in spacetime"],
      },
      {
        title: "only some pods are selected",
        change: set(DEFAULT_DENY_POLICY, "spec.podSelector", fromWorkload("gateway").podSelector),
        findings: ["namespaces-spacetime metadata.name: no default-deny NetworkPolicy exists in spacetime"],
      },
      {
        title: "a default-deny policy with a rule",
        change: set(DEFAULT_DENY_POLICY, "spec.egress", [{}]),
        findings: ["namespaces-spacetime metadata.name: no default-deny NetworkPolicy exists in spacetime"],
      },
    ],
    notApplicable: { change: withoutTypes(":Namespace") },
    unknown: [unknownAt(DEFAULT_DENY_POLICY, "spec"), unknownAt(DEFAULT_DENY_POLICY, "spec.podSelector")],
  },
  {
    rule: disallowDebugPorts,
    violations: [
      {
        title: "a container port",
        change: setSingleItem(GAME, `${CONTAINER}.ports`, { containerPort: 6006 }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].ports[0].containerPort: debug port 6006 is open",
        ],
      },
      {
        title: "a Service port",
        change: setSingleItem("game-server-service", "spec.ports", { port: 443, targetPort: 6005 }),
        findings: ["game-server-service spec.ports[0].targetPort: debug port 6005 is open"],
      },
      {
        title: "a NetworkPolicy rule with a port range",
        change: setSingleItem(POLICY, "spec.ingress", {
          from: [fromWorkload("gateway")],
          ports: [{ port: 6000, endPort: 6010 }],
        }),
        findings: ["network-game-server spec.ingress[0].ports: this rule allows traffic to a debug port"],
      },
      {
        title: "a NetworkPolicy rule without ports",
        change: setSingleItem(POLICY, "spec.ingress", { from: [fromWorkload("gateway")] }),
        findings: ["network-game-server spec.ingress[0].ports: this rule allows traffic to a debug port"],
      },
      {
        title: "the debug adapters are enabled",
        change: setVariable(ADAPTERS, "true"),
        findings: [
          'game-server-environment data.GODOT_DEBUG_ADAPTERS_ENABLED: GODOT_DEBUG_ADAPTERS_ENABLED is "true", not "false"',
        ],
      },
      {
        title: "the debug adapter variable is missing",
        change: setVariable(ADAPTERS, undefined),
        findings: [
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
    rule: disallowNodePorts,
    violations: [
      {
        title: "a Service of type NodePort",
        change: set("gateway-service", "spec.type", "NodePort"),
        findings: ["gateway-service spec.type: the Service has type NodePort"],
      },
      {
        title: "a Service with external IPs",
        change: set("gateway-service", "spec.externalIPs", ["198.51.100.7"]),
        findings: ['gateway-service spec.externalIPs[0]: the Service has the external IP "198.51.100.7"'],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt("gateway-service", "spec.type")],
  },
  {
    rule: restrictGameServerIngress,
    violations: [
      {
        title: "all addresses may connect",
        change: onlyRule(anyAddress, 8080),
        findings: [
          "network-game-server spec.ingress[0].from[0]: more than one workload may reach TCP 8080 (GODOT_HTTP_PORT)",
        ],
      },
      {
        title: "another workload may connect",
        change: onlyRule(fromWorkload("redis"), 8081),
        findings: [
          "network-game-server spec.ingress[0].from[0]: redis may reach TCP 8081 (GODOT_TELEMETRY_PORT)",
        ],
      },
      {
        title: "every client may connect",
        change: onlyRule(undefined, 8080),
        findings: [
          "network-game-server spec.ingress[0].from: more than one workload may reach TCP 8080 (GODOT_HTTP_PORT)",
        ],
      },
      {
        title: "the gateway may connect to the mesh port",
        change: onlyRule(fromWorkload("gateway"), 8087, "UDP"),
        findings: [
          "network-game-server spec.ingress[0].from[0]: gateway may reach UDP 8087 (GODOT_DISCOVERY_PORT)",
        ],
      },
      {
        title: "no NetworkPolicy selects the pods",
        change: withoutNetworkPolicy(POLICY),
        findings: ["game-server-main-deployment metadata.name: no NetworkPolicy selects these pods"],
      },
      {
        title: "the port variable is missing",
        change: setVariable("GODOT_TELEMETRY_PORT", undefined),
        findings: ["game-server-environment data.GODOT_TELEMETRY_PORT: GODOT_TELEMETRY_PORT is missing"],
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
    rule: restrictDiscoveryPortIngress,
    violations: [
      {
        title: "another workload may send to the discovery port",
        change: onlyRule(fromWorkload("gateway"), 8087, "UDP"),
        findings: ["network-game-server spec.ingress[0].from[0]: the discovery port 8087 is open to gateway"],
      },
      {
        title: "the discovery port is exposed by a load balancer",
        change: set(MESH, "spec.type", "LoadBalancer"),
        findings: [
          'game-server-mesh-service spec.type: the discovery port 8087 is exposed outside the cluster by a Service of type "LoadBalancer"',
        ],
      },
      {
        title: "the port variable is missing",
        change: setVariable("GODOT_DISCOVERY_PORT", undefined),
        findings: ["game-server-environment data.GODOT_DISCOVERY_PORT: GODOT_DISCOVERY_PORT is missing"],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(POLICY, "spec.ingress"), unknownAt(MESH, "spec.type")],
  },
];
