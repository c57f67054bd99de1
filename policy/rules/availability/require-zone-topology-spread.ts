import { type Pod, selectorMatches } from "../../lib/kubernetes.ts";
import { playerFacingDeployments } from "../../lib/player-facing-deployments.ts";
import type { Rule } from "../../rule.ts";

export const requireZoneTopologySpread: Rule<Pod> = {
  name: "require-zone-topology-spread",
  items: [],
  description: "In production the gateway and each pool of game servers are spread over zones, strictly.",
  explanation: "Pods that happen to share a zone are lost together.",
  remediation: "Set cluster.zones to the zones of the nodes; spread() then adds a strict constraint.",
  environments: ["production"],
  subjects: playerFacingDeployments,
  check: ({ spec, labels }) => {
    const constraints = spec.at("topologySpreadConstraints");
    const overZones = constraints.items.filter(
      (constraint) => constraint.at("topologyKey").text === "topology.kubernetes.io/zone",
    );
    if (overZones.length === 0) return [constraints.violation("nothing spreads the pods over zones")];
    return overZones.flatMap((constraint) => {
      const otherwise = constraint.at("whenUnsatisfiable");
      const selector = constraint.at("labelSelector");
      return [
        ...(otherwise.text === "DoNotSchedule"
          ? []
          : [otherwise.violation("the spread over zones is only a wish")]),
        ...(selector.exists && selectorMatches(selector, labels)
          ? []
          : [selector.violation("the spread counts other pods than these")]),
      ];
    });
  },
};
